/** Where a log-in leads: in, or to the question for a second factor. */
import type { SecondFactorAsked, SecondFactorWay, SignInAnswer } from "@contract/auth.ts";
import { signedIn } from "../../app/session.ts";
import { createStore, useStore } from "../../lib/store.ts";

type Asked = SecondFactorAsked["secondFactor"];

/** Whoever came back from a provider brings it behind the `#`, which no server and no log sees. */
function askedInAddress(): Asked | null {
  const told = new URLSearchParams(location.hash.slice(1));
  const ticket = told.get("ticket");
  if (!ticket) return null;
  history.replaceState(null, "", `${location.pathname}${location.search}`);
  return { ticket, ways: (told.get("ways") ?? "").split(",") as SecondFactorWay[] };
}

const asked = createStore<Asked | null>(askedInAddress());

export const useAsked = (): Asked | null => useStore(asked);

export function enter(answer: SignInAnswer): void {
  if ("secondFactor" in answer) {
    asked.set(answer.secondFactor);
    return;
  }
  asked.set(null);
  const next = new URLSearchParams(location.search).get("next") ?? "";
  // The console is another app of this host.
  if (/^\/admin(\/|$)/.test(next)) location.assign(next);
  else signedIn(answer);
}

export const startOver = (): void => asked.set(null);
