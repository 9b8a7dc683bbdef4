/** Who sees what before any page: set-up, log-in, not allowed, or the console. */
import { useState } from "react";
import { lazyPart } from "../lib/lazy-part.tsx";
import { opensConsole } from "../lib/roles.ts";
import { useSession } from "./session.tsx";

const SetupPage = lazyPart(
  async () => (await import("../features/login/setup-page.tsx")).SetupPage,
);
const LoginPage = lazyPart(
  async () => (await import("../features/login/login-page.tsx")).LoginPage,
);
const NotAllowedPage = lazyPart(
  async () => (await import("../features/login/not-allowed-page.tsx")).NotAllowedPage,
);
const Console = lazyPart(async () => (await import("./console.tsx")).Console);

const SETUP_PATH = "/admin/setup";

export function Gate() {
  const { boot } = useSession();
  const [atSetup, setAtSetup] = useState(() => location.pathname.startsWith(SETUP_PATH));
  if (atSetup || (boot.setupNeeded && !boot.me)) {
    const leave = () => {
      history.replaceState(null, "", "/admin/");
      setAtSetup(false);
    };
    return <SetupPage onDone={leave} />;
  }
  if (!boot.me) return <LoginPage />;
  const { role } = boot.me;
  const allowed = boot.host === "platform" ? role === "operator" : opensConsole(role);
  return allowed ? <Console /> : <NotAllowedPage />;
}
