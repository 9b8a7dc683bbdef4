/**
 * Which way a site's mail goes: its own settings, else the deployment's, else nowhere but into the
 * outbox that the console shows.
 */
import { guardUrl } from "../../connectors/kit/guard.ts";
import { invoke } from "../../connectors/kit/invoke.ts";
import { mailSettingsOf } from "../../store/mails.ts";
import type { Services } from "../services.ts";
import { type Mail, oneLine, requireAddress } from "./mime.ts";
import { MailError, type MailProblem } from "./problem.ts";
import { type SmtpServer, sendBySmtp } from "./smtp.ts";

export type MailWay =
  | { transport: "smtp"; sender: string; server: SmtpServer }
  | { transport: "http"; sender: string; url: string; apiKey: string }
  | { transport: "binding"; sender: string }
  | { transport: "outbox" };

/** The JSON shape of Resend, which other mail services speak too. */
export const DEFAULT_API = "https://api.resend.com/emails";
export const SEAL_PURPOSE = "mail-secret";

/** Throws a MailError where the settings cannot be used. */
export async function mailWay(services: Services, siteId: string): Promise<MailWay> {
  const row = await mailSettingsOf(services.db, siteId);
  if (!row) return deploymentWay(services);
  const secret = row.sealed ? await services.vault.openFor(siteId, SEAL_PURPOSE, row.sealed) : "";
  if (secret === null) throw new MailError("settings", "the secret cannot be opened");
  return wayOf(row, secret);
}

/** `secret` is SMTP's password or the API's key. */
export function wayOf(
  given: {
    transport: "smtp" | "http" | "binding";
    sender: string;
    settings: Record<string, string>;
  },
  secret: string,
): MailWay {
  const { sender, settings } = given;
  switch (given.transport) {
    case "smtp":
      return {
        transport: "smtp",
        sender,
        server: {
          host: settings.host ?? "",
          port: Number(settings.port ?? 465),
          security: securityOf(settings.security),
          user: settings.user ?? "",
          password: secret,
        },
      };
    case "http":
      return { transport: "http", sender, url: settings.url || DEFAULT_API, apiKey: secret };
    case "binding":
      return { transport: "binding", sender };
  }
}

const securityOf = (text: string | undefined): SmtpServer["security"] =>
  text === "starttls" || text === "none" ? text : "tls";

/** `smtps://user:password@host:465`, `smtp://…:587` (STARTTLS), `https://:key@host/path`, `binding:`. */
export function deploymentWay({
  environment,
  env,
}: Pick<Services, "environment" | "env">): MailWay {
  const { mail } = environment;
  if (!mail)
    return env.EMAIL && environment.mailSender ? binding(environment) : { transport: "outbox" };
  const url = new URL(mail);
  const sender = environment.mailSender;
  const user = decodeURIComponent(url.username);
  const password = decodeURIComponent(url.password);
  if (url.protocol === "https:" || url.protocol === "http:") {
    const bare = new URL(url.pathname + url.search, url.origin).href;
    return { transport: "http", sender, url: bare, apiKey: password || user };
  }
  const implicit = url.protocol === "smtps:";
  const plain = url.searchParams.get("security") === "none";
  const server: SmtpServer = {
    host: url.hostname,
    port: Number(url.port || (implicit ? 465 : 587)),
    security: implicit ? "tls" : plain ? "none" : "starttls",
    user,
    password,
  };
  return { transport: "smtp", sender, server };
}

const binding = ({ mailSender }: Services["environment"]): MailWay => ({
  transport: "binding",
  sender: mailSender,
});

export async function sendByWay(
  services: Pick<Services, "env" | "environment">,
  way: Exclude<MailWay, { transport: "outbox" }>,
  mail: Mail,
): Promise<void> {
  requireAddress(mail.from.address, "sender");
  requireAddress(mail.to, "recipient");
  const { allowPrivateUpstreams: allowPrivate } = services.environment;
  switch (way.transport) {
    case "smtp": {
      requireReachable(way.server, allowPrivate);
      return await sendBySmtp(way.server, mail);
    }
    case "http":
      return await sendByApi(way, mail, allowPrivate);
    case "binding": {
      if (!services.env.EMAIL)
        throw new MailError("settings", "this deployment has no mail binding");
      const { from, to, text, html } = mail;
      const sender = { email: from.address, name: oneLine(from.name) };
      try {
        await services.env.EMAIL.send({
          from: sender,
          to,
          subject: oneLine(mail.subject),
          text,
          html,
        });
      } catch (error) {
        throw new MailError("refused", String(error).slice(0, 300));
      }
    }
  }
}

function requireReachable({ host, port, security }: SmtpServer, allowPrivate: boolean): void {
  const allowed = /^[\w.:[\]-]+$/.test(host)
    ? guardUrl(`https://${host.includes(":") ? `[${host}]` : host}`, { allowPrivate })
    : { ok: false as const, error: "not a host name" };
  if (!allowed.ok) throw new MailError("settings", allowed.error);
  if (!(port > 0 && port < 65_536)) throw new MailError("settings", "not a port");
  if (security === "none" && !allowPrivate) {
    throw new MailError("settings", "an encrypted connection is needed");
  }
}

const API_LIMITS = { timeoutMs: 20_000, idleTimeoutMs: 20_000, responseBytesMax: 100_000 };

async function sendByApi(
  { url, apiKey }: { url: string; apiKey: string },
  { id, from, to, subject, text, html }: Mail,
  allowPrivate: boolean,
): Promise<void> {
  const name = oneLine(from.name).replace(/["\\<>]/g, "");
  const opened = await invoke(
    {
      method: "POST",
      url,
      headers: {
        accept: "application/json",
        authorization: `Bearer ${apiKey}`,
        "content-type": "application/json",
        // The same mail asked for twice is sent once.
        "idempotency-key": id,
      },
      framing: "json",
      body: JSON.stringify({
        from: `"${name}" <${from.address}>`,
        to: [to],
        subject: oneLine(subject),
        text,
        html,
      }),
    },
    { limits: API_LIMITS, allowPrivate, secrets: [apiKey] },
  );
  if (!opened.ok) {
    const { error } = opened;
    throw new MailError(problemOfStatus(error.answer?.status), error.detail.slice(0, 300));
  }
  while ((await drained(opened.value.frames.next())) !== null);
}

async function drained<Value>(
  next: Promise<{ ok: boolean; value?: Value }>,
): Promise<Value | null> {
  const piece = await next;
  return piece.ok ? (piece.value ?? null) : null;
}

function problemOfStatus(status: number | undefined): MailProblem {
  if (status === undefined) return "unreachable";
  if (status === 401) return "login";
  return status === 403 ? "sender" : "refused";
}
