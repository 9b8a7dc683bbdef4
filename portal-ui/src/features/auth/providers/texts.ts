/** Other places to log in at, in words; loaded where there are any. */
import type { SignInProblem } from "@contract/providers.ts";
import { type Locale, useLocale } from "../../../lib/i18n.ts";

type Problems = Record<SignInProblem, (provider: string) => string>;

const en = {
  or: "or",
  logInWith: (provider: string) => `Log in with ${provider}`,
  title: "Other ways to log in",
  help: "Accounts elsewhere that lead to this one.",
  link: "Link",
  unlink: "Unlink",
  linkTo: (provider: string) => `Link ${provider}`,
  unlinkFrom: (provider: string) => `Unlink ${provider}`,
  linkedAs: (who: string) => `Linked as ${who}`,
  linked: "Linked",
  notLinked: "Not linked",
  lastWay: "This is your only way to log in. Set a password or link another first.",
  unlinked: (provider: string) => `${provider} was unlinked`,
  problems: {
    expired: () => "That took too long, or was begun in another window. Please try again.",
    denied: (provider) =>
      `${provider} did not let you through, or you cancelled. Please try again.`,
    failed: (provider) =>
      `${provider} cannot be reached, or is not set up right. Try again later, or another way; if it stays so, tell the site's admins.`,
    not_proven: (provider) =>
      `What ${provider} said of you could not be verified. Please try again; if it stays so, tell the site's admins.`,
    outsider: (provider) =>
      `At ${provider} you are not a member of this organisation. Log in there with your work account.`,
    confirm: (provider) =>
      `There is an account with your e-mail already. Log in once as you used to, and ${provider} is linked to it.`,
    no_account: () =>
      "There is no account for you here, and none can be made this way. Ask the site's admins.",
    no_room: () => "This site takes no more people at the moment. Ask the site's admins.",
    linked_elsewhere: (provider) =>
      `Your ${provider} account is linked to another account here. Log in with it, and unlink it there first.`,
    refused: () => "This account may not log in. Ask the site's admins.",
    too_many: () => "Too many attempts. Please wait a quarter of an hour.",
    unavailable: () => "This way to log in is not offered any more. Please choose another.",
  } as Problems,
};
type ProviderTexts = typeof en;

const zhCn: ProviderTexts = {
  or: "或",
  logInWith: (provider) => `使用${provider}登录`,
  title: "其他登录方式",
  help: "在别处的账号，可用来登录这个账号。",
  link: "关联",
  unlink: "取消关联",
  linkTo: (provider) => `关联${provider}`,
  unlinkFrom: (provider) => `取消关联${provider}`,
  linkedAs: (who) => `已关联：${who}`,
  linked: "已关联",
  notLinked: "未关联",
  lastWay: "这是你唯一的登录方式。请先设置密码或关联另一个。",
  unlinked: (provider) => `已取消关联${provider}`,
  problems: {
    expired: () => "时间太久，或是在另一个窗口开始的，请重试。",
    denied: (provider) => `${provider}没有放行，或你取消了登录，请重试。`,
    failed: (provider) =>
      `无法连接${provider}，或它的设置有误。请稍后再试或换一种方式；若一直如此，请告知站点管理员。`,
    not_proven: (provider) =>
      `无法核实${provider}提供的身份，请重试；若一直如此，请告知站点管理员。`,
    outsider: (provider) => `你在${provider}不是本组织的成员，请用工作账号登录。`,
    confirm: (provider) =>
      `已有账户使用你的邮箱。请用原来的方式登录一次，之后即可用${provider}登录。`,
    no_account: () => "这里没有你的账户，也不能用这种方式创建。请联系站点管理员。",
    no_room: () => "站点人数已满，请联系站点管理员。",
    linked_elsewhere: (provider) =>
      `你的${provider}账号已关联到这里的另一个账户。请先登录那个账户并取消关联。`,
    refused: () => "这个账户不能登录，请联系站点管理员。",
    too_many: () => "尝试次数过多，请一刻钟后再试。",
    unavailable: () => "这种登录方式已停用，请换一种。",
  },
};

const dictionaries: Record<Locale, ProviderTexts> = { en, "zh-CN": zhCn };

export const useProviderTexts = (): ProviderTexts => dictionaries[useLocale()];
