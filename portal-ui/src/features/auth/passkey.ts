/** Showing a passkey: the browser's part, loaded when somebody asks for it. */
import type { SignInAnswer } from "@contract/auth.ts";
import { api } from "../../lib/api.ts";

/** For the ticket of a log-in that is half done; without one, all there is to show. */
export async function showPasskey(ticket?: string): Promise<SignInAnswer> {
  const { startAuthentication } = await import("@simplewebauthn/browser");
  const offer = await api("POST /api/auth/passkey/options", {
    body: ticket === undefined ? {} : { ticket },
  });
  const optionsJSON = offer.options as Parameters<typeof startAuthentication>[0]["optionsJSON"];
  const shown = await startAuthentication({ optionsJSON });
  const passkey = { ticket: offer.ticket, response: asRecord(shown) };
  if (ticket === undefined) return await api("POST /api/auth/passkey", { body: passkey });
  return await api("POST /api/auth/second-factor", { body: { ticket, shown: { passkey } } });
}

/** As the API takes it: its inside is for the server to check. */
export function asRecord<Shown extends { id: string; rawId: string; response: object }>(
  shown: Shown,
) {
  const { id, rawId } = shown;
  return { id, rawId, type: "public-key" as const, response: { ...shown.response } };
}
