/** The page that an invitation leads to; loaded with it. */
import { type Locale, useLocale } from "../../lib/i18n.ts";

const en = {
  title: (site: string) => `Join ${site}`,
  forWhom: (email: string) => `This invitation is for ${email}. Choose a name and a password.`,
  join: "Join",
  joining: "Joining…",
  invalid:
    "This invitation is not valid any more. It may have been used, or a newer one was sent. Ask whoever invited you for another.",
  toLogIn: "Have an account already?",
};

const zh: typeof en = {
  title: (site: string) => `加入 ${site}`,
  forWhom: (email: string) => `此邀请发给 ${email}。请填写姓名并设置密码。`,
  join: "加入",
  joining: "正在加入…",
  invalid: "此邀请已失效：可能已被使用，或已重新发送。请联系邀请您的人重新发送。",
  toLogIn: "已有账号？",
};

const TEXTS: Record<Locale, typeof en> = { en, "zh-CN": zh };

export const useInvitationText = (): typeof en => TEXTS[useLocale()];
