import { defineTexts } from "../../lib/i18n.ts";

export const loginTexts = defineTexts(
  {
    title: (site: string) => `${site} console`,
    subtitle: "Log in with an account that manages this site.",
    platformSubtitle: "Log in as the operator of this deployment.",
    email: "E-mail",
    password: "Password",
    repeat: "Repeat the password",
    submit: "Log in",
    notAllowed: "This account cannot open the console",
    notAllowedHelp: (email: string) =>
      `You are logged in as ${email}, a member of this site. Ask an owner or admin of the site for a role, or log in with another account.`,
    notAllowedPlatform: (email: string) =>
      `You are logged in as ${email}. This page is for the operator of the deployment.`,
    toPortal: "Go to the portal",
    other: "Use another account",
    setupTitle: "Set up Portico",
    setupHelp: "Choose the account that will own this deployment. The link works only once.",
    setupSubmit: "Create the account",
    setupNoToken: "Open the set-up link",
    setupNoTokenHelp:
      "This deployment has no operator yet. The one-time link was printed where it was started; open that link to create the account.",
    setupUsed: "This set-up link does not work",
    setupUsedHelp:
      "It has been used already, or is not complete. If the account exists, log in; if not, start the deployment again to get a new link.",
    toLogin: "Go to log-in",
    passwordHelp: "At least 8 characters.",
  },
  {
    title: (site: string) => `${site} 控制台`,
    subtitle: "请使用站点管理账户登录。",
    platformSubtitle: "请使用本部署的运营者账户登录。",
    email: "邮箱",
    password: "密码",
    repeat: "再次输入密码",
    submit: "登录",
    notAllowed: "该账户无法进入控制台",
    notAllowedHelp: (email: string) =>
      `当前登录账户 ${email} 是本站点的普通成员。请联系站点的所有者或管理员授予角色，或换用其他账户登录。`,
    notAllowedPlatform: (email: string) => `当前登录账户为 ${email}，本页面仅供部署的运营者使用。`,
    toPortal: "前往门户",
    other: "换用其他账户",
    setupTitle: "初始化 Portico",
    setupHelp: "请设置拥有本部署的账户。该链接只能使用一次。",
    setupSubmit: "创建账户",
    setupNoToken: "请打开初始化链接",
    setupNoTokenHelp:
      "本部署还没有运营者。启动时的终端里打印了一次性链接，打开该链接即可创建账户。",
    setupUsed: "该初始化链接不可用",
    setupUsedHelp:
      "链接已被使用，或不完整。如果账户已存在，请直接登录；否则请重新启动部署以获取新链接。",
    toLogin: "前往登录",
    passwordHelp: "至少 8 个字符。",
  },
);
