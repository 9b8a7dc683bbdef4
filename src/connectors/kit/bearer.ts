/** Requests of platforms whose key is a bearer token. */
import type { UpstreamRequest } from "../connector.ts";
import type { Json } from "./json.ts";

interface Sent {
  body?: Json;
  form?: UpstreamRequest["form"];
  headers?: Record<string, string>;
  framing?: "json" | "sse";
}

/** A POST where something is sent, else a GET. */
export function bearerRequest(apiKey: string, url: string, sent: Sent = {}): UpstreamRequest {
  const { body, form, headers, framing = "json" } = sent;
  return {
    method: body || form ? "POST" : "GET",
    url,
    headers: {
      accept: framing === "sse" ? "text/event-stream" : "application/json",
      authorization: `Bearer ${apiKey}`,
      ...(body ? { "content-type": "application/json" } : {}),
      ...headers,
    },
    ...(body ? { body: JSON.stringify(body) } : {}),
    ...(form ? { form } : {}),
    framing,
  };
}
