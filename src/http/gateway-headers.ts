/** The headers that every answer of the gateway carries. */
import type { WireProtocol } from "../core/run.ts";
import type { RateState } from "../durable/wallet/protocol.ts";

export interface GatewayFigures {
  protocol: WireProtocol;
  rates: { requests?: RateState; tokens?: RateState };
  authMs: number;
  model?: string;
  timings?: { upstream: number; admit: number; gateway: number };
  /** Whether the answer was given before. */
  cached?: boolean;
  /** What of the request the upstream will not do as asked. */
  warnings?: readonly string[];
}

/** As much as fits into any client's and proxy's limit for headers. */
const WARNINGS_LENGTH_MAX = 2000;

export function gatewayHeaders(headers: Headers, figures: GatewayFigures): void {
  const { protocol, rates, authMs, model, timings, warnings = [], cached = false } = figures;
  const parts = [`auth;dur=${authMs}`];
  if (timings) {
    parts.push(
      `admit;dur=${timings.admit}`,
      `upstream;dur=${timings.upstream}`,
      `gateway;dur=${timings.gateway}`,
    );
  }
  headers.set("server-timing", parts.join(", "));
  if (model) {
    headers.set("x-portico-model", model);
    headers.set("x-portico-cache", cached ? "hit" : "miss");
  }
  if (warnings.length > 0) headers.set("x-portico-warnings", headerText(warnings.join(" ")));
  for (const [name, state] of Object.entries(rates)) {
    headers.set(`x-ratelimit-limit-${name}`, String(state.limit));
    headers.set(`x-ratelimit-remaining-${name}`, String(state.remaining));
    headers.set(`x-ratelimit-reset-${name}`, `${(state.resetMs / 1000).toFixed(3)}s`);
    if (protocol !== "anthropic-messages") continue;
    const reset = new Date(Date.now() + state.resetMs).toISOString();
    headers.set(`anthropic-ratelimit-${name}-limit`, String(state.limit));
    headers.set(`anthropic-ratelimit-${name}-remaining`, String(state.remaining));
    headers.set(`anthropic-ratelimit-${name}-reset`, reset);
  }
}

/** Headers carry printable ASCII; the rest is escaped as in an address. */
function headerText(text: string): string {
  const short = text.slice(0, WARNINGS_LENGTH_MAX);
  return short.replace(/[^\x20-\x7e]+/g, (part) => encodeURIComponent(part.toWellFormed()));
}
