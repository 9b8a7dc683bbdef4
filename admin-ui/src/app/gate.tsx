/** Who sees what before any page: set-up, log-in, not allowed, or the console. */
import { useState } from "react";
import { lazyPart } from "../lib/lazy-part.tsx";
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
  // A site may have admins before the deployment has an operator: they can pass the hint.
  const [passed, setPassed] = useState(false);
  if (atSetup || (boot.setupNeeded && !boot.me && !passed)) {
    const leave = () => {
      if (atSetup) history.replaceState(null, "", "/admin/");
      setAtSetup(false);
      setPassed(true);
    };
    return <SetupPage onDone={leave} />;
  }
  if (!boot.me) return <LoginPage />;
  const { role, permissions } = boot.me;
  const allowed = boot.host === "platform" ? role === "operator" : permissions.length > 0;
  return allowed ? <Console /> : <NotAllowedPage />;
}
