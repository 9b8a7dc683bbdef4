/** Where requests to Gemini go, and as whom. */
import type { Account } from "../connector.ts";

export interface GeminiSettings {
  baseUrl: string;
}
export interface GeminiSecret {
  apiKey: string;
}
export type GeminiAccount = Account<GeminiSettings, GeminiSecret>;

export const headersOf = ({ secret }: GeminiAccount): Record<string, string> => ({
  // In the address, where Google takes it too, it would end up in logs.
  "x-goog-api-key": secret.apiKey,
});

/** `gemini-x` and `models/gemini-x` are one; tuned models have a collection of their own. */
export function modelPath(id: string): string {
  const path = id.includes("/") ? id : `models/${id}`;
  return path.split("/").map(encodeURIComponent).join("/");
}
