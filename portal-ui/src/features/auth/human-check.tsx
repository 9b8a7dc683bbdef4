import { useEffect, useRef, useState } from "react";
import { type Locale, useLocale } from "../../lib/i18n.ts";
import { showTurnstile } from "../../lib/turnstile.ts";

const FAILED: Record<Locale, string> = {
  en: "The check for people could not be loaded. Allow challenges.cloudflare.com in this browser, and load the page again.",
  "zh-CN": "人机验证未能加载。请在浏览器中允许 challenges.cloudflare.com，然后刷新页面。",
};

/** Shows that a person is here, where the site asks for it. */
export function HumanCheck({ siteKey }: { siteKey: string }) {
  const locale = useLocale();
  const place = useRef<HTMLDivElement>(null);
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    if (!place.current) return;
    const onFailed = () => setFailed(true);
    return showTurnstile(place.current, { siteKey, locale, onFailed });
  }, [siteKey, locale]);
  return (
    <>
      {failed && (
        <p className="notice problem" role="alert">
          {FAILED[locale]}
        </p>
      )}
      <div ref={place} className="human-check" />
    </>
  );
}
