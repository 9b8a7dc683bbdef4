/** The headers that every answer of the gateway carries. */
import type { RateState } from "../durable/wallet/protocol.ts";

export interface GatewayFigures {
  rates: { requests?: RateState; tokens?: RateState };
  authMs: number;
  model?: string;
  timings?: { upstream: number; admit: number; gateway: number };
}

export function gatewayHeaders(headers: Headers, figures: GatewayFigures): void {
  const { rates, authMs, model, timings } = figures;
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
    headers.set("x-portico-cache", "miss");
  }
  for (const [name, state] of Object.entries(rates)) {
    headers.set(`x-ratelimit-limit-${name}`, String(state.limit));
    headers.set(`x-ratelimit-remaining-${name}`, String(state.remaining));
    headers.set(`x-ratelimit-reset-${name}`, `${(state.resetMs / 1000).toFixed(3)}s`);
  }
}
