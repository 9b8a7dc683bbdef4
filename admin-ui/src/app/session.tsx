/**
 * Who is signed in, and where.
 * 1. `boot` is the server's word; log-in, log-out and set-up fetch it anew.
 * 2. A session that ends under a signed-in admin leaves the page as it is (`lost`): what was being
 *    written must not vanish, so the log-in comes as a dialog above it.
 */
import type { Boot, Me } from "@contract";
import { QueryClientProvider, useQueryClient } from "@tanstack/react-query";
import {
  createContext,
  type ReactNode,
  useCallback,
  useContext,
  useMemo,
  useRef,
  useState,
} from "react";
import { call, createQueryClient } from "../lib/api.ts";
import { LocaleContext, type LocaleState } from "../lib/i18n.ts";
import { fetchBoot } from "./boot.ts";
import { chosenLocale, rememberLocale } from "./preferences.ts";

interface Session {
  boot: Boot;
  /** The session ended while somebody was at work. */
  lost: boolean;
  refresh: () => Promise<void>;
  logOut: () => Promise<void>;
}

const SessionContext = createContext<Session | null>(null);

export function useSession(): Session {
  const session = useContext(SessionContext);
  if (!session) throw new Error("useSession is for the inside of SessionProvider");
  return session;
}

/** The signed-in person; only pages behind the log-in may ask. */
export function useMe(): Me {
  const { me } = useSession().boot;
  if (!me) throw new Error("useMe is for pages behind the log-in");
  return me;
}

function LocaleProvider({ boot, children }: { boot: Boot; children: ReactNode }) {
  const [locale, setLocale] = useState(() => chosenLocale(boot));
  const signedIn = boot.me !== null;
  const state = useMemo<LocaleState>(
    () => ({
      locale,
      setLocale: (next) => {
        setLocale(next);
        rememberLocale(next);
        // The account remembers too; where that fails this browser still does.
        if (signedIn) call("PATCH /api/auth/me", { body: { locale: next } }).catch(console.warn);
      },
    }),
    [locale, signedIn],
  );
  document.documentElement.lang = locale;
  return <LocaleContext value={state}>{children}</LocaleContext>;
}

function Inner({
  boot,
  lost,
  setBoot,
  children,
}: {
  boot: Boot;
  lost: boolean;
  setBoot: (boot: Boot) => void;
  children: ReactNode;
}) {
  const queryClient = useQueryClient();
  const refresh = useCallback(async () => {
    const before = boot.me?.id;
    const next = await fetchBoot();
    // Another person at the same screen must not see what the former one loaded.
    if (next.me?.id !== before) queryClient.clear();
    else await queryClient.invalidateQueries();
    setBoot(next);
  }, [boot.me?.id, queryClient, setBoot]);
  const session = useMemo<Session>(
    () => ({
      boot,
      lost,
      refresh,
      logOut: async () => {
        await call("POST /api/auth/logout");
        await refresh();
      },
    }),
    [boot, lost, refresh],
  );
  return (
    <SessionContext value={session}>
      <LocaleProvider boot={boot}>{children}</LocaleProvider>
    </SessionContext>
  );
}

export function SessionProvider({ initial, children }: { initial: Boot; children: ReactNode }) {
  const [boot, setBoot] = useState(initial);
  const [lost, setLost] = useState(false);
  const signedIn = useRef(boot.me !== null);
  signedIn.current = boot.me !== null;
  const [queryClient] = useState(() =>
    createQueryClient(() => {
      if (signedIn.current) setLost(true);
    }),
  );
  const accept = useCallback((next: Boot) => {
    setBoot(next);
    setLost(false);
  }, []);
  return (
    <QueryClientProvider client={queryClient}>
      <Inner boot={boot} lost={lost} setBoot={accept}>
        {children}
      </Inner>
    </QueryClientProvider>
  );
}
