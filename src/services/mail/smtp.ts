/**
 * Handing one mail to an SMTP server (RFC 5321) over a socket.
 *
 * 1. Nothing secret is said before the connection is encrypted: a server that does not offer
 *    STARTTLS where it was asked for gets no password. (The library for Workers goes on in the clear.)
 * 2. It ends within `timeoutMs`, whatever the server does.
 * 3. An answer is kept without the password and its encodings.
 */
import { connect } from "cloudflare:sockets";
import { type Mail, mimeOf } from "./mime.ts";
import { MailError, type MailProblem } from "./problem.ts";

export interface SmtpServer {
  host: string;
  port: number;
  /** `none` is for a server on this very machine. */
  security: "tls" | "starttls" | "none";
  user: string;
  password: string;
}

const TIMEOUT_MS = 20_000;
const REPLY_MAX = 16_384;

export async function sendBySmtp(
  server: SmtpServer,
  mail: Mail,
  timeoutMs: number = TIMEOUT_MS,
): Promise<void> {
  const message = mimeOf(mail, new Date());
  const session = new Session(server);
  let timer: ReturnType<typeof setTimeout> | undefined;
  const tooLong = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new MailError("timeout", "no answer in time")), timeoutMs);
  });
  const talk = session.deliver(mail, message);
  // Where the time is up first, how the talk ends is nobody's concern.
  talk.catch(() => {});
  try {
    await Promise.race([talk, tooLong]);
  } finally {
    clearTimeout(timer);
    await session.close();
  }
}

class Session {
  readonly #server: SmtpServer;
  #socket: Socket;
  #reader: ReadableStreamDefaultReader<Uint8Array>;
  #writer: WritableStreamDefaultWriter<Uint8Array>;
  #rest = "";
  /** What failed when the connection breaks here. */
  #stage: MailProblem = "connect";

  constructor(server: SmtpServer) {
    this.#server = server;
    const secureTransport = ({ tls: "on", starttls: "starttls", none: "off" } as const)[
      server.security
    ];
    const { host: hostname, port } = server;
    this.#socket = connect({ hostname, port }, { secureTransport, allowHalfOpen: false });
    this.#reader = this.#socket.readable.getReader();
    this.#writer = this.#socket.writable.getWriter();
  }

  async deliver(mail: Mail, message: string): Promise<void> {
    try {
      await this.#open();
      await this.#logIn();
      await this.#say(`MAIL FROM:<${mail.from.address}>`, "sender");
      await this.#say(`RCPT TO:<${mail.to}>`, "recipient");
      await this.#say("DATA", "refused", 354);
      // Base64 and fixed headers: no line of it begins with a dot.
      await this.#say(`${message}\r\n.`, "refused");
    } catch (error) {
      if (error instanceof MailError) throw error;
      throw new MailError(this.#stage, this.#withoutSecrets(String(error)));
    }
    await this.#write("QUIT");
  }

  async close(): Promise<void> {
    await this.#socket.close().catch(() => {});
  }

  async #open(): Promise<void> {
    if (this.#server.security === "tls") this.#stage = "tls";
    await this.#expect("connect", 220);
    const offers = await this.#say("EHLO portico.invalid", "connect");
    if (this.#server.security !== "starttls") return;
    if (!/^250[ -]STARTTLS\b/im.test(offers)) throw new MailError("tls", "STARTTLS is not offered");
    await this.#say("STARTTLS", "tls", 220);
    // What was sent in the clear behind the answer is not part of the secured talk.
    if (this.#rest !== "") throw new MailError("tls", "the server spoke out of turn");
    this.#stage = "tls";
    this.#reader.releaseLock();
    this.#writer.releaseLock();
    this.#socket = this.#socket.startTls();
    this.#reader = this.#socket.readable.getReader();
    this.#writer = this.#socket.writable.getWriter();
    await this.#say("EHLO portico.invalid", "tls");
  }

  async #logIn(): Promise<void> {
    this.#stage = "connect";
    const { user, password } = this.#server;
    if (user === "" && password === "") return;
    const encode = (text: string) => Buffer.from(text, "utf8").toString("base64");
    await this.#say("AUTH LOGIN", "login", 334);
    await this.#say(encode(user), "login", 334);
    await this.#say(encode(password), "login", 235);
  }

  async #say(line: string, problem: MailProblem, code?: number): Promise<string> {
    await this.#write(line);
    return await this.#expect(problem, code);
  }

  async #write(line: string): Promise<void> {
    await this.#writer.write(new TextEncoder().encode(`${line}\r\n`));
  }

  /** The whole reply; without `code` any that means yes. */
  async #expect(problem: MailProblem, code?: number): Promise<string> {
    const reply = await this.#reply();
    const said = Number(reply.slice(0, 3));
    if (code === undefined ? said >= 200 && said < 300 : said === code) return reply;
    throw new MailError(problem, this.#withoutSecrets(reply.trim()));
  }

  async #reply(): Promise<string> {
    const decoder = new TextDecoder();
    for (;;) {
      const whole = /^(?:\d{3}-[^\n]*\n)*\d{3}(?: [^\n]*)?\n/.exec(this.#rest);
      if (whole) {
        this.#rest = this.#rest.slice(whole[0].length);
        return whole[0];
      }
      if (this.#rest.length > REPLY_MAX) throw new MailError("connect", "the answer has no end");
      const { value, done } = await this.#reader.read();
      if (done) throw new MailError(this.#stage, "the connection was closed");
      this.#rest += decoder.decode(value, { stream: true });
    }
  }

  #withoutSecrets(text: string): string {
    const { password } = this.#server;
    if (password === "") return text.slice(0, 300);
    const encoded = Buffer.from(password, "utf8").toString("base64");
    return text.replaceAll(password, "•••").replaceAll(encoded, "•••").slice(0, 300);
  }
}
