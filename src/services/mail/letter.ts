/** What stands in a mail, and how: the same words as text and as plain HTML. */
import type { Locale } from "../../contract/values.ts";
import type { SiteSnapshot } from "../../core/site.ts";

export interface Letter {
  subject: string;
  paragraphs: string[];
  /** A code to type in, large. */
  code?: string;
  link?: { label: string; url: string };
}

const escaped = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);

/** Ends with whose mail it is: the site's name, which the subject bears too. */
export function render(
  site: Pick<SiteSnapshot, "name">,
  { subject, paragraphs, code, link }: Letter,
): { subject: string; text: string; html: string } {
  const [first = "", ...others] = paragraphs;
  const text = [first, code, link?.url, ...others, `— ${site.name}`].filter(Boolean).join("\n\n");
  const paragraph = (inner: string) => `<p style="margin:0 0 16px">${inner}</p>`;
  const html = [
    '<div style="font:16px/1.6 system-ui,sans-serif;max-width:36em;margin:24px auto;padding:0 16px">',
    paragraph(escaped(first)),
    code &&
      paragraph(`<strong style="font-size:28px;letter-spacing:4px">${escaped(code)}</strong>`),
    link && paragraph(`<a href="${escaped(link.url)}">${escaped(link.label)}</a>`),
    ...others.map((one) => paragraph(escaped(one))),
    paragraph(`— ${escaped(site.name)}`),
    "</div>",
  ];
  return {
    subject: `${subject} · ${site.name}`,
    text: `${text}\n`,
    html: html.filter(Boolean).join("\n"),
  };
}

/** The letters of log-in, in both languages. */
export const LETTERS: Record<Locale, Letters> = {
  en: {
    login: (code) => ({
      subject: `${code} is your log-in code`,
      paragraphs: [
        "Your code to log in:",
        "It is valid for 10 minutes and works once. If you did not ask for it, ignore this mail, and give the code to nobody.",
      ],
      code,
    }),
    register: (code) => ({
      subject: `${code} confirms your e-mail`,
      paragraphs: [
        "Your code to create an account:",
        "It is valid for 10 minutes and works once. If you did not ask for it, ignore this mail.",
      ],
      code,
    }),
    reset: (code) => ({
      subject: `${code} resets your password`,
      paragraphs: [
        "Your code to choose a new password:",
        "It is valid for 10 minutes and works once. If you did not ask for it, ignore this mail: your password stays.",
      ],
      code,
    }),
    change_email: (code) => ({
      subject: `${code} confirms your new e-mail`,
      paragraphs: [
        "Your code to use this address for your account:",
        "It is valid for 10 minutes and works once. If you did not ask for it, ignore this mail.",
      ],
      code,
    }),
    hasAccount: () => ({
      subject: "You have an account already",
      paragraphs: [
        "Somebody, probably you, tried to register with this address. There is an account with it already: log in, or reset its password.",
      ],
    }),
    emailChanged: (next) => ({
      subject: "Your e-mail was changed",
      paragraphs: [
        `Your account now belongs to ${next}. If that was not you, write to the site's admins at once.`,
      ],
    }),
    passwordChanged: () => ({
      subject: "Your password was changed",
      paragraphs: [
        "The password of your account was changed, and every other session was ended. If that was not you, reset your password at once.",
      ],
    }),
    test: () => ({
      subject: "Mail works",
      paragraphs: ["This is the test mail that you asked for in the console."],
    }),
  },
  "zh-CN": {
    login: (code) => ({
      subject: `${code} 是您的登录验证码`,
      paragraphs: [
        "您的登录验证码：",
        "10 分钟内有效，仅可使用一次。如非本人操作，请忽略此邮件，且不要将验证码告诉任何人。",
      ],
      code,
    }),
    register: (code) => ({
      subject: `${code} 是您的注册验证码`,
      paragraphs: ["您的注册验证码：", "10 分钟内有效，仅可使用一次。如非本人操作，请忽略此邮件。"],
      code,
    }),
    reset: (code) => ({
      subject: `${code} 用于重置密码`,
      paragraphs: [
        "您的重置密码验证码：",
        "10 分钟内有效，仅可使用一次。如非本人操作，请忽略此邮件，密码不会改变。",
      ],
      code,
    }),
    change_email: (code) => ({
      subject: `${code} 用于确认新邮箱`,
      paragraphs: [
        "将此邮箱用于您的账户的验证码：",
        "10 分钟内有效，仅可使用一次。如非本人操作，请忽略此邮件。",
      ],
      code,
    }),
    hasAccount: () => ({
      subject: "您已有账户",
      paragraphs: [
        "有人（可能是您本人）尝试用此邮箱注册。该邮箱已有账户：请直接登录，或重置密码。",
      ],
    }),
    emailChanged: (next) => ({
      subject: "您的邮箱已更改",
      paragraphs: [`您的账户邮箱已改为 ${next}。如非本人操作，请立即联系站点管理员。`],
    }),
    passwordChanged: () => ({
      subject: "您的密码已更改",
      paragraphs: ["您的账户密码已更改，其他会话均已退出。如非本人操作，请立即重置密码。"],
    }),
    test: () => ({
      subject: "邮件发送正常",
      paragraphs: ["这是您在控制台请求发送的测试邮件。"],
    }),
  },
};

type CodeLetter = (code: string) => Letter;
interface Letters {
  login: CodeLetter;
  register: CodeLetter;
  reset: CodeLetter;
  change_email: CodeLetter;
  hasAccount: () => Letter;
  emailChanged: (next: string) => Letter;
  passwordChanged: () => Letter;
  test: () => Letter;
}
