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
const FactorNeededPage = lazyPart(
  async () => (await import("../features/account/factor-needed-page.tsx")).FactorNeededPage,
);
const EnterPage = lazyPart(
  async () => (await import("../features/sites/enter-page.tsx")).EnterPage,
);
const RegisterPage = lazyPart(
  async () => (await import("../features/sites/register-page.tsx")).RegisterPage,
);
const Console = lazyPart(async () => (await import("./console.tsx")).Console);

const SETUP_PATH = "/admin/setup";
const ENTER_PATH = "/admin/enter";
const REGISTER_PATH = "/admin/register";

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
  if (location.pathname === ENTER_PATH) return <EnterPage />;
  const platform = boot.host === "platform";
  if (!boot.me) {
    const registers = platform && boot.site.registration && location.pathname === REGISTER_PATH;
    return registers ? <RegisterPage /> : <LoginPage />;
  }
  if (boot.secondFactorNeeded) return <FactorNeededPage />;
  const allowed = platform || boot.me.permissions.length > 0;
  return allowed ? <Console /> : <NotAllowedPage />;
}
