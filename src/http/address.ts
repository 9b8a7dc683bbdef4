/** From where a request comes. */
import type { Failure } from "../core/failure.ts";
import type { AppContext } from "./app.ts";

export const NOT_FROM_THERE: Failure = {
  code: "ip_not_allowed",
  message: "This site may not be used from your address.",
};

/**
 * The client's address as the deployment's trusted header says it; null where it is not known: no
 * other header is believed, for a client may write it, and the runtime does not tell of the socket.
 * Of a list (`x-forwarded-for`) the last counts: it is what the proxy has seen, and all before it
 * is what the client says of itself.
 */
export function addressOf(c: AppContext): string | null {
  const { addressHeader } = c.var.services.environment;
  const told = addressHeader === null ? undefined : c.req.header(addressHeader);
  return told ? withoutPort(told.split(",").at(-1) ?? "") : null;
}

/** From where somebody acts, for sessions and the audit. */
export function originOf(c: AppContext): {
  address: string | null;
  agent: string | null;
  requestId: string;
} {
  return {
    address: addressOf(c),
    agent: c.req.header("user-agent") ?? null,
    requestId: c.var.requestId,
  };
}

/** `192.0.2.1:1234` and `[2001:db8::1]:1234` without brackets and port. */
function withoutPort(text: string): string {
  const [, bracketed, plain] = /^\s*(?:\[([^\]]*)\](?::\d+)?|([^:]*):\d+)\s*$/.exec(text) ?? [];
  return bracketed ?? plain ?? text.trim();
}
