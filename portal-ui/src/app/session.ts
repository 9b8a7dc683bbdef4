/**
 * Who is looking, at which site.
 *
 * 1. `boot` is read once, before anything is drawn.
 * 2. `me` is null exactly when nobody is signed in; every page but log-in and register needs it.
 * 3. When a person leaves, by choice or because the session ended, the query cache and the runs of
 *    this tab are emptied: nothing of one person is shown to the next.
 */
import type { Boot, Me } from "@contract/auth.ts";
import { abandonRuns } from "../features/chat/live-runs.ts";
import { api } from "../lib/api.ts";
import { applyLocale, type Locale, rememberedLocale, rememberLocale } from "../lib/i18n.ts";
import { forgetAll } from "../lib/storage.ts";
import { createStore, useStore } from "../lib/store.ts";
import { queryClient } from "./query-client.ts";

interface Session {
  site: Boot["site"];
  me: Me | null;
  /** Whether `me` is a guest, who has no account. */
  guest: boolean;
  /** Until when an operator acts as `me`; null: it is the person himself. */
  actingUntil: string | null;
  /** True when `me` was lost without log-out. */
  ended: boolean;
}

const session = createStore<Session | null>(null);

/** Reads the boot data the Worker wrote into the page; in development it asks for them. */
export async function loadBoot(): Promise<Boot> {
  const written = document.getElementById("boot")?.textContent;
  return written ? (JSON.parse(written) as Boot) : await api("GET /api/auth/boot");
}

export function startSession(boot: Boot): void {
  const { site, me, impersonatedUntil: actingUntil } = boot;
  session.set({ site, me, guest: false, actingUntil, ended: false });
  applyLocale(boot.me?.locale ?? rememberedLocale() ?? boot.site.locale);
}

function current(): Session {
  const value = session.get();
  if (!value) throw new Error("The session is read before boot.");
  return value;
}

export function useSession(): Session {
  const value = useStore(session);
  if (!value) throw new Error("The session is read before boot.");
  return value;
}

export const useSite = (): Boot["site"] => useSession().site;

/** The signed-in person; only for pages behind log-in. */
export function useMe(): Me {
  const { me } = useSession();
  if (!me) throw new Error("This page needs somebody signed in.");
  return me;
}

export const currentUserId = (): string => current().me?.id ?? "";

export function signedIn(me: Me): void {
  // What a guest has looked at is not this person's.
  if (current().guest) forgetPerson();
  session.set({ ...current(), me, guest: false, actingUntil: null, ended: false });
  if (me.locale) applyLocale(me.locale);
}

export function updateMe(me: Me): void {
  session.set({ ...current(), me });
}

function forgetPerson(): void {
  abandonRuns();
  queryClient.clear();
}

/** Somebody without an account, where the site takes guests. */
export const becomeGuest = (me: Me): void =>
  session.set({ ...current(), me, guest: true, ended: false });

export const isGuest = (): boolean => session.get()?.guest === true;

/** The server no longer knows this session. Drafts stay in this browser. */
export function sessionEnded(): void {
  if (!current().me) return;
  session.set({ ...current(), me: null, guest: false, ended: !current().guest });
  forgetPerson();
}

/** Ends the session on the server, then forgets everything of this person here. */
export async function logOut(): Promise<void> {
  const userId = currentUserId();
  await api("POST /api/auth/logout");
  forgetAll(`draft.${userId}.`);
  session.set({ ...current(), me: null, ended: false });
  forgetPerson();
}

/** Changes the language here, and for the signed-in person everywhere. */
export async function chooseLocale(locale: Locale): Promise<void> {
  applyLocale(locale);
  rememberLocale(locale);
  const { me, guest, actingUntil } = current();
  // Who acts as somebody changes nothing of his account.
  if (me && !guest && actingUntil === null)
    updateMe(await api("PATCH /api/auth/me", { body: { locale } }));
}
