/** Where other places to log in at appear; loaded only where there is something to show. */
import { useSession } from "../../app/session.tsx";
import { lazyPart } from "../../lib/lazy-part.tsx";

const Human = lazyPart(async () => (await import("./human-check.tsx")).HumanCheck);
const Buttons = lazyPart(async () => (await import("./provider-buttons.tsx")).ProviderButtons);
const Problem = lazyPart(async () => (await import("./provider-buttons.tsx")).ProviderProblem);

/** Below the form: the proof that its sender is a person, where the site asks for it, and buttons. */
export function OtherPlaces() {
  const { providers, turnstileSiteKey } = useSession().boot.site;
  return (
    <>
      {turnstileSiteKey !== null && <Human />}
      {providers.length > 0 && <Buttons />}
    </>
  );
}

/** Above it: why the way to one of them has not ended here. */
export function ProviderTrouble() {
  return new URLSearchParams(location.search).has("problem") && <Problem />;
}
