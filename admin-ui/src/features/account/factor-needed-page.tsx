import { useSession } from "../../app/session.tsx";
import { useTexts } from "../../lib/i18n.ts";
import { FrontPage } from "../login/front-page.tsx";
import { FactorsSection } from "./factors-section.tsx";
import { accountTexts } from "./texts.ts";

/** Before the console, where the site asks for a second factor and this session has shown none. */
export function FactorNeededPage() {
  const t = useTexts(accountTexts);
  const { refresh } = useSession();
  return (
    <FrontPage title={t.neededTitle} help={t.needed}>
      <FactorsSection onReady={() => void refresh()} />
    </FrontPage>
  );
}
