import type { ReactNode } from "react";
import { chooseLocale, useSite } from "../../app/session.ts";
import { SiteMark } from "../../app/site-mark.tsx";
import { LOCALE_NAMES, useLocale } from "../../lib/i18n.ts";

/** The frame of the pages before log-in: the site's mark, a form, the language. */
export function AuthLayout({ title, children }: { title: string; children: ReactNode }) {
  const site = useSite();
  const locale = useLocale();
  const other = locale === "en" ? "zh-CN" : "en";
  return (
    <main className="auth">
      <div className="auth-card">
        <div className="auth-mark">
          <SiteMark />
        </div>
        <h1>{title}</h1>
        {site.branding.slogan && <p className="muted auth-slogan">{site.branding.slogan}</p>}
        {children}
      </div>
      <button
        type="button"
        className="link-button auth-language"
        lang={other}
        onClick={() => void chooseLocale(other)}
      >
        {LOCALE_NAMES[other]}
      </button>
    </main>
  );
}
