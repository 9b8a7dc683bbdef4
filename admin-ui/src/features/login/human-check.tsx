import { Alert } from "@mantine/core";
import { useEffect, useRef, useState } from "react";
import { showTurnstile } from "../../../../portal-ui/src/lib/turnstile.ts";
import { useSession } from "../../app/session.tsx";
import { useLocale, useTexts } from "../../lib/i18n.ts";
import { providerTexts } from "./provider-texts.ts";

/** Shows that a person is here; nothing where the site does not ask for it. */
export function HumanCheck() {
  const t = useTexts(providerTexts);
  const { locale } = useLocale();
  const siteKey = useSession().boot.site.turnstileSiteKey;
  const place = useRef<HTMLDivElement>(null);
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    if (!place.current || siteKey === null) return;
    const onFailed = () => setFailed(true);
    return showTurnstile(place.current, { siteKey, locale, onFailed });
  }, [siteKey, locale]);
  if (siteKey === null) return null;
  return (
    <>
      {failed && (
        <Alert color="red" role="alert" mt="md">
          {t.humanFailed}
        </Alert>
      )}
      <div ref={place} />
    </>
  );
}
