/** Where other places to log in at appear; loaded only where there is something to show. */
import { lazy, Suspense } from "react";
import { useSite } from "../../../app/session.ts";

const Buttons = lazy(async () => ({
  default: (await import("./provider-buttons.tsx")).ProviderButtons,
}));
const Notice = lazy(async () => ({
  default: (await import("./provider-notice.tsx")).ProviderNotice,
}));

/** Below the form. */
export function ProviderSlot() {
  const { providers } = useSite();
  if (providers.length === 0) return null;
  return (
    <Suspense fallback={null}>
      <Buttons />
    </Suspense>
  );
}

/** Above it. */
export function ProviderProblem() {
  if (!new URLSearchParams(location.search).has("problem")) return null;
  return (
    <Suspense fallback={null}>
      <Notice />
    </Suspense>
  );
}
