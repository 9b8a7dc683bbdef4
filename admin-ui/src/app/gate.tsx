/** Who sees what before any page: set-up, log-in, not allowed, or the console. */
import { Modal, Text } from "@mantine/core";
import { RouterProvider } from "@tanstack/react-router";
import { lazy, Suspense, useState } from "react";
import { LoginForm } from "../features/login/login-form.tsx";
import { LoginPage } from "../features/login/login-page.tsx";
import { useTexts } from "../lib/i18n.ts";
import { opensConsole } from "../lib/roles.ts";
import { createConsoleRouter } from "./router.tsx";
import { useSession } from "./session.tsx";
import { appTexts } from "./texts.ts";

const SetupPage = lazy(async () => ({
  default: (await import("../features/login/setup-page.tsx")).SetupPage,
}));
const NotAllowedPage = lazy(async () => ({
  default: (await import("../features/login/not-allowed-page.tsx")).NotAllowedPage,
}));

const SETUP_PATH = "/admin/setup";

export function Gate() {
  const { boot } = useSession();
  const [atSetup, setAtSetup] = useState(() => location.pathname.startsWith(SETUP_PATH));
  if (atSetup || (boot.setupNeeded && !boot.me)) {
    const leave = () => {
      history.replaceState(null, "", "/admin/");
      setAtSetup(false);
    };
    return (
      <Suspense fallback={null}>
        <SetupPage onDone={leave} />
      </Suspense>
    );
  }
  if (!boot.me) return <LoginPage />;
  const allowed =
    boot.host === "platform" ? boot.me.role === "operator" : opensConsole(boot.me.role);
  if (!allowed) {
    return (
      <Suspense fallback={null}>
        <NotAllowedPage />
      </Suspense>
    );
  }
  return <Console />;
}

function Console() {
  const t = useTexts(appTexts);
  const { boot, lost } = useSession();
  const [router] = useState(() => createConsoleRouter());
  return (
    <>
      <RouterProvider router={router} />
      <Modal
        opened={lost}
        onClose={() => undefined}
        withCloseButton={false}
        closeOnEscape={false}
        closeOnClickOutside={false}
        title={t.sessionLost}
      >
        <Text size="sm" mb="md">
          {t.sessionLostHelp}
        </Text>
        <LoginForm email={boot.me?.email ?? ""} />
      </Modal>
    </>
  );
}
