/** Asks before a changed form is left, inside the console as well as by closing the tab. */
import { useBlocker } from "@tanstack/react-router";
import { lazyPart } from "../../lib/lazy-part.tsx";

const LeaveDialog = lazyPart(async () => (await import("./leave-dialog.tsx")).LeaveDialog);

export function UnsavedGuard({ isDirty }: { isDirty: () => boolean }) {
  const blocker = useBlocker({
    shouldBlockFn: () => isDirty(),
    enableBeforeUnload: () => isDirty(),
    withResolver: true,
  });
  if (blocker.status !== "blocked") return null;
  return <LeaveDialog onStay={blocker.reset} onLeave={blocker.proceed} />;
}
