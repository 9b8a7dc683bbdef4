/**
 * Consent at Coze, scripted: `/coze/api/permission/oauth2/…` for one OAuth app, and for tests in
 * another process `/coze/slow-<n>ms/api/…`. Everybody consents
 * at once. Codes and refresh tokens are dead after their first use, as Coze's are.
 */
import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { Call } from "./upstream-call.ts";
import { sendJson } from "./upstream-stream.ts";

export const COZE_APP = {
  clientId: "31415926535897932384.app.coze",
  clientSecret: "coze-client-secret-0123456789",
};

const LIFETIME_SECONDS = 900;

/** Of all servers of this process: a test file has one. */
class CozeConsents {
  /** How long the token endpoint takes. */
  delayMs = 0;
  /** Answers of the token endpoint, by what was asked and how it ended. */
  readonly asked: { grant: string; ok: boolean }[] = [];
  /** Every token ever given: none may be seen anywhere else. */
  readonly given: string[] = [];
  /** The next requests for tokens end with a status of 500. */
  failures = 0;
  readonly #access = new Set<string>();
  readonly #refresh = new Set<string>();
  readonly #codes = new Map<string, string>();

  accepts(token: string): boolean {
    return this.#access.has(token);
  }

  /** As when the owner removes the app from the authorised ones. */
  revoke(): void {
    this.withdrawAccess();
    this.#refresh.clear();
  }

  /** Access tokens die before their time; refresh tokens live on. */
  withdrawAccess(): void {
    this.#access.clear();
  }

  code(redirectUri: string): string {
    const code = `code_${randomUUID()}`;
    this.#codes.set(code, redirectUri);
    return code;
  }

  /** Null: the grant is no good. */
  take(body: Record<string, unknown>): object | null {
    const { grant_type, code, redirect_uri, refresh_token } = body;
    const isGood =
      grant_type === "authorization_code"
        ? this.#codes.get(String(code)) === redirect_uri && this.#codes.delete(String(code))
        : this.#refresh.delete(String(refresh_token));
    if (!isGood) return null;
    const [access_token, refresh] = [`czu_${randomUUID()}`, `refresh-${randomUUID()}`];
    this.#access.add(access_token);
    this.#refresh.add(refresh);
    this.given.push(access_token, refresh);
    const expires_in = Math.floor(Date.now() / 1000) + LIFETIME_SECONDS;
    return { access_token, refresh_token: refresh, expires_in, token_type: "Bearer" };
  }
}

export const cozeConsents = new CozeConsents();

export async function answerCozeOAuth(call: Call): Promise<void> {
  const { response, body, key } = call;
  if (call.path.endsWith("/authorize")) {
    const query = new URLSearchParams(call.address.split("?")[1]);
    const redirectUri = query.get("redirect_uri") ?? "";
    const back = new URL(redirectUri);
    back.searchParams.set("code", cozeConsents.code(redirectUri));
    back.searchParams.set("state", query.get("state") ?? "");
    response.writeHead(302, { location: back.href }).end();
    return;
  }
  const [, slowMs] = /\/slow-(\d+)ms\//.exec(call.path) ?? [];
  await sleep(slowMs ? Number(slowMs) : cozeConsents.delayMs);
  const grant = String(body.grant_type);
  const isClient = key === COZE_APP.clientSecret && body.client_id === COZE_APP.clientId;
  const fails = cozeConsents.failures > 0;
  if (fails) cozeConsents.failures--;
  const tokens = isClient && !fails ? cozeConsents.take(body) : null;
  cozeConsents.asked.push({ grant, ok: tokens !== null });
  if (tokens) sendJson(response, 200, tokens);
  else if (fails) sendJson(response, 500, flat("internal_error", "try later"));
  else if (!isClient)
    sendJson(response, 401, flat("invalid_client", "client authentication failed"));
  else if (grant === "refresh_token") {
    sendJson(
      response,
      400,
      flat("invalid_request", `refresh token ${body.refresh_token} is invalid`),
    );
  } else sendJson(response, 400, flat("invalid_request", `the code ${body.code} was used`));
}

const flat = (error_code: string, error_message: string) => ({ error_code, error_message });
