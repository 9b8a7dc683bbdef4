/** The boot data: which site this is and who looks at it, known before the first request. */
import type { Boot } from "@contract";
import { call } from "../lib/api.ts";

/** Written by the Worker into the page; null where the page was served by something else. */
export function bootInPage(): Boot | null {
  const text = document.getElementById("boot")?.textContent;
  return text ? (JSON.parse(text) as Boot) : null;
}

export const fetchBoot = (): Promise<Boot> => call("GET /api/auth/boot");
