import { Button, Stack } from "@mantine/core";
import { useMe, useSession } from "../../app/session.tsx";
import { useTexts } from "../../lib/i18n.ts";
import { FrontPage } from "./front-page.tsx";
import { loginTexts } from "./texts.ts";

/** For people who are signed in but have no role here. */
export function NotAllowedPage() {
  const t = useTexts(loginTexts);
  const me = useMe();
  const { boot, logOut } = useSession();
  const platform = boot.host === "platform";
  return (
    <FrontPage
      title={t.notAllowed}
      help={platform ? t.notAllowedPlatform(me.email) : t.notAllowedHelp(me.email)}
    >
      <Stack>
        {!platform && (
          <Button component="a" href="/">
            {t.toPortal}
          </Button>
        )}
        <Button variant="default" onClick={() => void logOut()}>
          {t.other}
        </Button>
      </Stack>
    </FrontPage>
  );
}
