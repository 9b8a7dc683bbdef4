/**
 * A mail as it goes over the wire (RFC 5322). All that is not fixed here is base64: no text can
 * end the message, add a header, or break a line where a server counts.
 */
import { MailError } from "./problem.ts";

export interface Mail {
  /** Stays the same when it is tried again, so that a receiver can tell. */
  id: string;
  /** Plain addresses; `name` is shown beside the sender's. */
  from: { address: string; name: string };
  to: string;
  subject: string;
  text: string;
  html: string;
}

/** One mailbox, nothing around it: neither a line's end nor another recipient fits in. */
const ADDRESS = /^[^\s<>()[\]\\,;:"@\p{Cc}]{1,64}@[^\s<>()[\]\\,;:"@\p{Cc}]{1,190}$/u;

/** Throws for what is not one plain address. */
export function requireAddress(text: string, problem: "sender" | "recipient"): string {
  if (!ADDRESS.test(text)) throw new MailError(problem, "not a plain e-mail address");
  return text;
}

/** The subject and the names that may stand in a header: one line, no control characters. */
export const oneLine = (text: string): string => text.replace(/\p{Cc}+/gu, " ").trim();

const base64 = (text: string): string => Buffer.from(text, "utf8").toString("base64");
const folded = (encoded: string): string => encoded.match(/.{1,76}/g)?.join("\r\n") ?? "";

const CHARACTERS_PER_WORD = 12;

/** RFC 2047: words of at most 75 characters, whatever the language. */
function headerText(text: string): string {
  const characters = [...oneLine(text)];
  const words: string[] = [];
  for (let at = 0; at < characters.length; at += CHARACTERS_PER_WORD) {
    const word = characters.slice(at, at + CHARACTERS_PER_WORD).join("");
    words.push(`=?UTF-8?B?${base64(word)}?=`);
  }
  return words.join("\r\n ");
}

export function mimeOf(mail: Mail, date: Date): string {
  const from = requireAddress(mail.from.address, "sender");
  const to = requireAddress(mail.to, "recipient");
  const boundary = `portico-${mail.id}`;
  const part = (type: string, text: string) =>
    [
      `--${boundary}`,
      `Content-Type: ${type}; charset=utf-8`,
      "Content-Transfer-Encoding: base64",
      "",
      folded(base64(text)),
    ].join("\r\n");
  return [
    `From: ${headerText(mail.from.name)} <${from}>`,
    `To: <${to}>`,
    `Subject: ${headerText(mail.subject)}`,
    `Date: ${date.toUTCString().replace("GMT", "+0000")}`,
    `Message-ID: <${mail.id}@${from.split("@")[1]}>`,
    "MIME-Version: 1.0",
    "Auto-Submitted: auto-generated",
    `Content-Type: multipart/alternative; boundary="${boundary}"`,
    "",
    part("text/plain", mail.text),
    part("text/html", mail.html),
    `--${boundary}--`,
    "",
  ].join("\r\n");
}
