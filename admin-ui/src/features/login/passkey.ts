/** Showing and making passkeys: the browser's part, loaded when somebody asks for it. */
import type { SignInAnswer } from "@contract";
import { call } from "../../lib/api.ts";

/** For the ticket of a log-in that is half done; without one, all there is to show. */
export async function showPasskey(ticket?: string): Promise<SignInAnswer> {
  const { startAuthentication } = await import("@simplewebauthn/browser");
  const offer = await call("POST /api/auth/passkey/options", {
    body: ticket === undefined ? {} : { ticket },
  });
  const optionsJSON = offer.options as Parameters<typeof startAuthentication>[0]["optionsJSON"];
  const passkey = {
    ticket: offer.ticket,
    response: asRecord(await startAuthentication({ optionsJSON })),
  };
  if (ticket === undefined) return await call("POST /api/auth/passkey", { body: passkey });
  return await call("POST /api/auth/second-factor", { body: { ticket, shown: { passkey } } });
}

/** Answers new recovery codes where there were none. */
export async function makePasskey(): Promise<string[] | null> {
  const { startRegistration } = await import("@simplewebauthn/browser");
  const offer = await call("POST /api/auth/second-factors/passkey/options", { body: {} });
  const optionsJSON = offer.options as Parameters<typeof startRegistration>[0]["optionsJSON"];
  const response = asRecord(await startRegistration({ optionsJSON }));
  const body = { ticket: offer.ticket, response };
  return (await call("POST /api/auth/second-factors/passkey", { body })).recoveryCodes;
}

/** As the API takes it: its inside is for the server to check. */
function asRecord<Shown extends { id: string; rawId: string; response: object }>(shown: Shown) {
  const { id, rawId } = shown;
  return { id, rawId, type: "public-key" as const, response: { ...shown.response } };
}
