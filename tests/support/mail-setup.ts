/**
 * Real SMTP servers (the package `smtp-server`), and a mail API in Resend's shape, for tests inside
 * workerd. What they took is told at `GET /taken?to=`.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { SMTPServer, type SMTPServerOptions } from "smtp-server";
import type { TestProject } from "vitest/node";

export interface MailServers {
  /** The mail API is at `<api>/emails`; `GET <api>/taken?to=` tells what came. */
  api: string;
  /** Ports: in the clear; with STARTTLS and TLS by a certificate that nobody has signed. */
  plain: number;
  starttls: number;
  tls: number;
}

declare module "vitest" {
  interface ProvidedContext {
    mailServers: MailServers;
  }
}

export const MAIL_USER = "no-reply@portico.example";
export const MAIL_PASSWORD = "smtp-password-0123456789";
export const MAIL_KEY = "re_0123456789abcdefghij";

interface Taken {
  to: string;
  /** The envelope and the message as it came, or the API's headers and body. */
  from: string;
  raw: string;
  secure: boolean;
  key: string | undefined;
}
const taken: Taken[] = [];
/** How often each recipient was refused for a moment. */
const graylisted = new Map<string, number>();

function smtpServer(options: SMTPServerOptions): SMTPServer {
  return new SMTPServer({
    ...options,
    logger: false,
    onAuth: ({ username, password }, _session, done) =>
      username === MAIL_USER && password === MAIL_PASSWORD
        ? done(null, { user: username })
        : done(new Error(`no such user or password: ${password}`)),
    onRcptTo: ({ address }, _session, done) => {
      if (address.startsWith("unknown")) return done(new Error("no such mailbox"));
      const times = graylisted.get(address) ?? 0;
      if (!address.startsWith("later") || times > 0) return done();
      graylisted.set(address, times + 1);
      done(Object.assign(new Error("try again later"), { responseCode: 451 }));
    },
    onData: (stream, session, done) => {
      const chunks: Buffer[] = [];
      stream.on("data", (chunk: Buffer) => chunks.push(chunk));
      stream.on("end", () => {
        const { mailFrom, rcptTo } = session.envelope;
        taken.push({
          to: rcptTo.map(({ address }) => address).join(","),
          from: mailFrom ? mailFrom.address : "",
          raw: Buffer.concat(chunks).toString("utf8"),
          secure: session.secure,
          key: undefined,
        });
        done();
      });
    },
  });
}

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? "/", "http://api");
  const reply = (status: number, body: unknown) =>
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
  if (request.method === "GET") {
    return void reply(
      200,
      taken.filter(({ to }) => to === url.searchParams.get("to")),
    );
  }
  let raw = "";
  for await (const chunk of request) raw += String(chunk);
  if (request.headers.authorization !== `Bearer ${MAIL_KEY}`) {
    return void reply(401, { name: "validation_error", message: "API key is invalid" });
  }
  const { from, to } = JSON.parse(raw) as { from: string; to: string[] };
  const key = request.headers["idempotency-key"];
  taken.push({ to: to.join(","), from, raw, secure: false, key: String(key) });
  reply(200, { id: "mail_1" });
}

const api = createServer((request, response) => void answer(request, response));
const servers = {
  plain: smtpServer({ disabledCommands: ["STARTTLS"], allowInsecureAuth: true }),
  starttls: smtpServer({}),
  tls: smtpServer({ secure: true }),
};
for (const server of Object.values(servers)) server.on("error", () => {});

async function listening(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return (server.address() as AddressInfo).port;
}
const portOf = async ({ server }: SMTPServer): Promise<number> =>
  await listening(server as unknown as Server);

export async function setup(project: TestProject): Promise<void> {
  project.provide("mailServers", {
    api: `http://127.0.0.1:${await listening(api)}`,
    plain: await portOf(servers.plain),
    starttls: await portOf(servers.starttls),
    tls: await portOf(servers.tls),
  });
}

export async function teardown(): Promise<void> {
  for (const { server } of Object.values(servers)) server.close();
  api.close();
}
