import type { SignInProblem } from "@contract";
import { defineTexts } from "../../lib/i18n.ts";

type Problems = Record<SignInProblem, (provider: string) => string>;

const en: Problems = {
  expired: () => "That took too long, or was begun in another window. Please try again.",
  denied: (provider) => `${provider} did not let you through, or you cancelled.`,
  failed: (provider) =>
    `${provider} cannot be reached, or is not set up right. The audit log says what it answered; log in another way and use the provider's test.`,
  not_proven: (provider) =>
    `What ${provider} said of you could not be verified. The audit log says why.`,
  outsider: (provider) => `At ${provider} you are not a member of this organisation.`,
  confirm: (provider) =>
    `There is an account with your e-mail already. Log in once as you used to, and ${provider} is linked to it.`,
  no_account: () => "There is no account for you here. Ask an owner or admin of the site.",
  no_room: () => "The site has reached the number of people of its edition.",
  linked_elsewhere: (provider) => `Your ${provider} account is linked to another account here.`,
  refused: () => "This account may not log in.",
  too_many: () => "Too many attempts. Please wait a quarter of an hour.",
  unavailable: () => "This way to log in has been switched off.",
};

const zh: Problems = {
  expired: () => "时间太久，或是在另一个窗口开始的，请重试。",
  denied: (provider) => `${provider}没有放行，或您取消了登录。`,
  failed: (provider) =>
    `无法连接${provider}，或它的设置有误。审计日志中有它的回答；请换一种方式登录，用“测试”检查该平台。`,
  not_proven: (provider) => `无法核实${provider}提供的身份，原因见审计日志。`,
  outsider: (provider) => `您在${provider}不是本组织的成员。`,
  confirm: (provider) =>
    `已有账户使用您的邮箱。请用原来的方式登录一次，之后即可用${provider}登录。`,
  no_account: () => "这里没有您的账户，请联系站点的所有者或管理员。",
  no_room: () => "站点人数已达版本上限。",
  linked_elsewhere: (provider) => `您的${provider}账号已关联到这里的另一个账户。`,
  refused: () => "该账户不能登录。",
  too_many: () => "尝试次数过多，请一刻钟后再试。",
  unavailable: () => "这种登录方式已停用。",
};

export const providerTexts = defineTexts(
  {
    or: "or",
    logInWith: (provider: string) => `Log in with ${provider}`,
    humanFailed:
      "The check for people could not be loaded. Allow challenges.cloudflare.com in this browser, and load the page again.",
    problems: en,
  },
  {
    or: "或",
    logInWith: (provider: string) => `使用${provider}登录`,
    humanFailed: "人机验证未能加载。请在浏览器中允许 challenges.cloudflare.com，然后刷新页面。",
    problems: zh,
  },
);
