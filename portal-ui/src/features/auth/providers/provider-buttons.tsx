import { useSite } from "../../../app/session.ts";
import { ProviderMark } from "./provider-mark.tsx";
import { useProviderTexts } from "./texts.ts";
import "./providers.css";

/** Links, not requests: the way leads through the platform's own page. */
export function ProviderButtons() {
  const t = useProviderTexts();
  const { providers, passwords } = useSite();
  const next = new URLSearchParams(location.search).get("next");
  const query = next ? `?${new URLSearchParams({ next })}` : "";
  return (
    <div className="providers">
      {passwords && <p className="providers-or">{t.or}</p>}
      <ul>
        {providers.map(({ slug, kind, name }) => (
          <li key={slug}>
            <a className="button wide" href={`/api/auth/providers/${slug}/start${query}`}>
              <ProviderMark kind={kind} />
              {t.logInWith(name)}
            </a>
          </li>
        ))}
      </ul>
    </div>
  );
}
