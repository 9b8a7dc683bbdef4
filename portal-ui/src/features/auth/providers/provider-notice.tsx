import { useSite } from "../../../app/session.ts";
import { useProviderTexts } from "./texts.ts";
import "./providers.css";

/** Why the way to a provider did not end signed in, and what to do; nothing where it did. */
export function ProviderNotice() {
  const t = useProviderTexts();
  const { providers } = useSite();
  const query = new URLSearchParams(location.search);
  const problem = query.get("problem") ?? "";
  const slug = query.get("provider") ?? "";
  const sentence = Object.hasOwn(t.problems, problem)
    ? t.problems[problem as keyof typeof t.problems]
    : null;
  if (!sentence) return null;
  const name = providers.find((one) => one.slug === slug)?.name ?? slug;
  return (
    <p className={`provider-notice notice ${problem === "confirm" ? "" : "problem"}`} role="alert">
      {sentence(name)}
    </p>
  );
}
