/** Ways to log in beside the password, in words; loaded with the pages that need them. */
import { type Locale, useLocale } from "../../lib/i18n.ts";

const en = {
  withCode: "Get a code by e-mail",
  withPasskey: "Use a passkey",
  withPassword: "Use your password",
  forgot: "Forgot the password?",
  codeTitle: "Log in with a code",
  resetTitle: "Choose a new password",
  sendCode: "Send the code",
  sendAgain: "Send another code",
  sent: (email: string) =>
    `If ${email} can be used here, a code is on its way to it. It is valid for 10 minutes.`,
  code: "Code from the e-mail",
  codeBad: "Six digits",
  reset: "Set the password and log in",
  secondTitle: "One more step",
  secondHelp: "Show that it is you: with your authenticator app, a passkey, or a recovery code.",
  appCode: "Code from your authenticator app",
  recoveryCode: "Recovery code",
  useRecovery: "Use a recovery code",
  useApp: "Use the authenticator app",
  usePasskey: "Use a passkey",
  goOn: "Go on",
  startOver: "Start over",
  passkeyFailed: "The passkey was not used. Try again, or log in another way.",
};
export type AuthTexts = typeof en;

const zhCn: AuthTexts = {
  withCode: "获取邮箱验证码",
  withPasskey: "使用通行密钥",
  withPassword: "使用密码",
  forgot: "忘记密码？",
  codeTitle: "验证码登录",
  resetTitle: "设置新密码",
  sendCode: "发送验证码",
  sendAgain: "重新发送",
  sent: (email) => `如果 ${email} 可在此使用，验证码已发往该邮箱，10 分钟内有效。`,
  code: "邮件中的验证码",
  codeBad: "请填写 6 位数字",
  reset: "设置密码并登录",
  secondTitle: "还差一步",
  secondHelp: "请用身份验证器、通行密钥或恢复码证明是您本人。",
  appCode: "身份验证器中的验证码",
  recoveryCode: "恢复码",
  useRecovery: "使用恢复码",
  useApp: "使用身份验证器",
  usePasskey: "使用通行密钥",
  goOn: "继续",
  startOver: "重新登录",
  passkeyFailed: "未使用通行密钥。请重试，或换一种方式登录。",
};

const TEXTS: Record<Locale, AuthTexts> = { en, "zh-CN": zhCn };

export const useAuthText = (): AuthTexts => TEXTS[useLocale()];
