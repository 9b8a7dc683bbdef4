/** Where other places to log in at appear; loaded only where there is something to show. */
import { lazy, Suspense } from "react";
import { useSite } from "../../../app/session.ts";

const Buttons = lazy(async () => ({
  default: (await import("./provider-buttons.tsx")).ProviderButtons,
}));
const Notice = lazy(async () => ({
  default: (await import("./provider-notice.tsx")).ProviderNotice,
}));

const Human = lazy(async () => ({ default: (await import("../human-check.tsx")).HumanCheck }));

/** The proof alone, for forms without buttons of other places. */
export function HumanSlot() {
  const { turnstileSiteKey } = useSite();
  return (
    <Suspense fallback={null}>{turnstileSiteKey && <Human siteKey={turnstileSiteKey} />}</Suspense>
  );
}

/** Below the form: the proof that its sender is a person, where the site asks for it, and buttons. */
export function ProviderSlot() {
  const { providers, turnstileSiteKey } = useSite();
  return (
    <Suspense fallback={null}>
      {turnstileSiteKey && <Human siteKey={turnstileSiteKey} />}
      {providers.length > 0 && <Buttons />}
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
