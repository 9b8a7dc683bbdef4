import { useSession } from "../../app/session.tsx";
import { useTexts } from "../../lib/i18n.ts";
import { RegisterLink } from "../sites/register-link.tsx";
import { FrontPage } from "./front-page.tsx";
import { LoginWays } from "./login-ways.tsx";
import { OtherPlaces, ProviderTrouble } from "./provider-slot.tsx";
import { loginTexts } from "./texts.ts";

export function LoginPage() {
  const t = useTexts(loginTexts);
  const { boot } = useSession();
  return (
    <FrontPage
      title={t.title(boot.site.name)}
      help={boot.host === "platform" ? t.platformSubtitle : t.subtitle}
    >
      <ProviderTrouble />
      <LoginWays />
      <OtherPlaces />
      <RegisterLink />
    </FrontPage>
  );
}
