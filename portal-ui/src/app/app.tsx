import { QueryClientProvider } from "@tanstack/react-query";
import { lazy, Suspense, useEffect } from "react";
import { Redirect, Route, Switch, useLocation, useRoute, useSearchParams } from "wouter";
import { Spinner } from "../components/states.tsx";
import { Toasts } from "../components/toast.tsx";
import { useAsked } from "../features/auth/enter.ts";
import { GalleryPage } from "../features/gallery/gallery-page.tsx";
import { announcement } from "../lib/announce.ts";
import { useStore } from "../lib/store.ts";
import { NotFound } from "./not-found.tsx";
import { queryClient } from "./query-client.ts";
import { useSession } from "./session.ts";
import { Shell } from "./shell.tsx";

const loadChat = () => import("../features/chat/chat-page.tsx");
const ChatPage = lazy(() => loadChat().then((module) => ({ default: module.ChatPage })));
const KeysPage = lazy(() =>
  import("../features/keys/keys-page.tsx").then((module) => ({ default: module.KeysPage })),
);
const AppPages = lazy(() =>
  import("../features/apps/app-pages.tsx").then((module) => ({ default: module.AppPages })),
);
const WalletPage = lazy(() =>
  import("../features/wallet/wallet-page.tsx").then((module) => ({ default: module.WalletPage })),
);
const SettingsPage = lazy(() =>
  import("../features/settings/settings-page.tsx").then((module) => ({
    default: module.SettingsPage,
  })),
);
const GuestDoor = lazy(() =>
  import("../features/auth/guest-door.tsx").then((module) => ({ default: module.GuestDoor })),
);
const InvitationPage = lazy(() =>
  import("../features/auth/invitation-page.tsx").then((module) => ({
    default: module.InvitationPage,
  })),
);
const LogInPage = lazy(() =>
  import("../features/auth/log-in-page.tsx").then((module) => ({ default: module.LogInPage })),
);
const RegisterPage = lazy(() =>
  import("../features/auth/register-page.tsx").then((module) => ({ default: module.RegisterPage })),
);

const CodePage = lazy(() =>
  import("../features/auth/code-page.tsx").then((module) => ({ default: module.CodePage })),
);

/** Where a guest has to log in, or does. */
const FOR_ACCOUNTS =
  /^\/(login(\/code)?|forgot|register|keys|apps|wallet|settings|consent|device)$/;

export function App() {
  return (
    <QueryClientProvider client={queryClient}>
      <Suspense fallback={<Spinner />}>
        <Front />
      </Suspense>
      <Toasts />
      <Announcement />
    </QueryClientProvider>
  );
}

/** Who is let in: a person everywhere, a guest where no account is needed. */
function Front() {
  const { me, guest, site, ended } = useSession();
  const [path] = useLocation();
  if (path === "/invitation") return <InvitationPage />;
  const needsAccount = FOR_ACCOUNTS.test(path);
  if (me && !(guest && needsAccount)) return <SignedIn />;
  return site.guests && !needsAccount && !ended ? <GuestDoor /> : <SignedOut />;
}

function SignedIn() {
  const [path] = useLocation();
  // A decision of its own, with nothing around it that leads elsewhere.
  if (path === "/consent" || path === "/device") return <AppPages />;
  return <WithShell />;
}

function WithShell() {
  // Most people open a chat next: its code comes while they look at the gallery.
  useEffect(() => {
    const timer = setTimeout(() => void loadChat(), 800);
    return () => clearTimeout(timer);
  }, []);
  return (
    <Shell>
      <Suspense fallback={<Spinner />}>
        <Page />
      </Suspense>
    </Shell>
  );
}

/**
 * `/new` and `/c/:id` are one page in one place, so that a conversation that has just got its
 * address keeps its focus and its scroll position.
 */
function Page() {
  const [isChat, params] = useRoute("/c/:id");
  const [isNew] = useRoute("/new");
  const [query] = useSearchParams();
  if (isChat || isNew) {
    return <ChatPage conversationId={params?.id ?? null} initialTarget={query.get("target")} />;
  }
  return (
    <Switch>
      <Route path="/" component={GalleryPage} />
      <Route path="/keys" component={KeysPage} />
      <Route path="/apps" component={AppPages} />
      <Route path="/wallet" component={WalletPage} />
      <Route path="/settings" component={SettingsPage} />
      <Route path="/login">
        <Redirect to={nextOf(query)} replace />
      </Route>
      {["/register", "/login/code", "/forgot"].map((path) => (
        <Route key={path} path={path}>
          <Redirect to={nextOf(query)} replace />
        </Route>
      ))}
      <Route component={NotFound} />
    </Switch>
  );
}

/** Where to go after log-in: a path of this site, nothing else. */
function nextOf(query: URLSearchParams): string {
  const next = query.get("next") ?? "/";
  return /^\/(?![/\\])/.test(next) ? next : "/";
}

function SignedOut() {
  const [path] = useLocation();
  const { site } = useSession();
  const asked = useAsked();
  if (path === "/login" || asked) return <LogInPage />;
  if (path === "/login/code") return <CodePage key="login" purpose="login" />;
  if (path === "/forgot") return <CodePage key="reset" purpose="reset" />;
  if (path === "/register" && site.registration && site.passwords) return <RegisterPage />;
  const here = path === "/register" ? "/" : `${path}${location.search}`;
  return (
    <Redirect to={here === "/" ? "/login" : `/login?next=${encodeURIComponent(here)}`} replace />
  );
}

/** One polite voice for the whole page: the messages themselves are not live regions. */
function Announcement() {
  return (
    <p className="visually-hidden" role="status" aria-live="polite">
      {useStore(announcement)}
    </p>
  );
}
