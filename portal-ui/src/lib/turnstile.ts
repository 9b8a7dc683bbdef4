/** Turnstile's widget in a page, for both apps: loaded only where a site asks for it. */
import { holdProof } from "@contract/human.ts";

const SCRIPT = "https://challenges.cloudflare.com/turnstile/v0/api.js?render=explicit";

interface Turnstile {
  render(place: HTMLElement, options: Record<string, unknown>): string;
  reset(id: string): void;
  remove(id: string): void;
}

const loaded = (): Turnstile | undefined => (window as { turnstile?: Turnstile }).turnstile;

let loading: Promise<void> | null = null;

function load(): Promise<void> {
  loading ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = SCRIPT;
    script.async = true;
    script.onload = () => resolve();
    script.onerror = () => {
      loading = null;
      reject(new Error("Turnstile could not be loaded"));
    };
    document.head.append(script);
  });
  return loading;
}

/** Draws it; what it finds goes with the next request. Answers how to take it away again. */
export function showTurnstile(
  place: HTMLElement,
  { siteKey, locale, onFailed }: { siteKey: string; locale: string; onFailed: () => void },
): () => void {
  let id: string | null = null;
  let isGone = false;
  const again = () => {
    if (id !== null && !isGone) loaded()?.reset(id);
  };
  load()
    .then(() => {
      if (isGone) return;
      const turnstile = loaded();
      if (!turnstile) throw new Error("Turnstile is not there");
      id = turnstile.render(place, {
        sitekey: siteKey,
        language: locale.toLowerCase(),
        size: "flexible",
        callback: (token: string) => holdProof({ token, used: again }),
        "expired-callback": () => holdProof(null),
        "error-callback": onFailed,
      });
    })
    .catch(onFailed);
  return () => {
    isGone = true;
    holdProof(null);
    if (id !== null) loaded()?.remove(id);
  };
}
