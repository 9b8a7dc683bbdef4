/** Everything behind the log-in. */
import { RouterProvider } from "@tanstack/react-router";
import { useState } from "react";
import { lazyPart } from "../lib/lazy-part.tsx";
import { LimitsMet } from "./limits-met.tsx";
import { createConsoleRouter } from "./router.tsx";
import { useSession } from "./session.tsx";

const SessionLost = lazyPart(async () => (await import("./session-lost.tsx")).SessionLost);
const Notices = lazyPart(async () => (await import("./notices.tsx")).Notices);

export function Console() {
  const { lost } = useSession();
  const [router] = useState(() => createConsoleRouter());
  return (
    <>
      <RouterProvider router={router} />
      <LimitsMet />
      <Notices />
      {lost && <SessionLost />}
    </>
  );
}
