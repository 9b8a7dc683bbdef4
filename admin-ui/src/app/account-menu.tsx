/** Who is signed in; language, appearance, log-out. */
import {
  Button,
  Divider,
  SegmentedControl,
  Stack,
  Text,
  UnstyledButton,
  useMantineColorScheme,
} from "@mantine/core";
import { IconLogout } from "@tabler/icons-react";
import { LinkButton } from "../components/links.tsx";
import { LOCALE_NAMES, LOCALES, type Locale, useLocale, useTexts } from "../lib/i18n.ts";
import { useNotify } from "../lib/notify.tsx";
import { useMe, useSession } from "./session.tsx";
import classes from "./shell.module.css";
import { appTexts } from "./texts.ts";

/** The browser's own popover: closes by Esc and by a click beside it, and needs no library. */
export function AccountMenu() {
  const t = useTexts(appTexts);
  const me = useMe();
  const shown = me.name || me.email;
  return (
    <>
      <UnstyledButton
        popoverTarget="account"
        aria-label={`${t.account}: ${shown}`}
        className={classes.avatar ?? ""}
      >
        {[...shown][0]?.toUpperCase()}
      </UnstyledButton>
      <section id="account" popover="auto" aria-label={t.account} className={classes.account}>
        <Stack gap="sm">
          <div>
            <Text fw={600} size="sm" truncate>
              {shown}
            </Text>
            <Text size="xs" c="dimmed" truncate>
              {me.name ? `${me.email} · ` : ""}
              {t.roles[me.role]}
            </Text>
          </div>
          <LinkButton to="/account" variant="default" size="xs" fullWidth>
            {t.ownAccount}
          </LinkButton>
          <Divider />
          <Preferences />
          <Divider />
          <LogOut />
        </Stack>
      </section>
    </>
  );
}

function Preferences() {
  const t = useTexts(appTexts);
  const { locale, setLocale } = useLocale();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <>
      <div>
        <Text size="xs" c="dimmed" mb={4}>
          {t.scheme}
        </Text>
        <SegmentedControl
          fullWidth
          size="xs"
          aria-label={t.scheme}
          value={colorScheme}
          onChange={(value) => setColorScheme(value as "light" | "dark" | "auto")}
          data={[
            { value: "light", label: t.schemeLight },
            { value: "dark", label: t.schemeDark },
            { value: "auto", label: t.schemeAuto },
          ]}
        />
      </div>
      <div>
        <Text size="xs" c="dimmed" mb={4}>
          {t.language}
        </Text>
        <SegmentedControl
          fullWidth
          size="xs"
          aria-label={t.language}
          value={locale}
          onChange={(value) => setLocale(value as Locale)}
          data={LOCALES.map((value) => ({ value, label: LOCALE_NAMES[value] }))}
        />
      </div>
    </>
  );
}

function LogOut() {
  const t = useTexts(appTexts);
  const notify = useNotify();
  const { boot, logOut } = useSession();
  return (
    <div>
      <Button
        fullWidth
        variant="default"
        leftSection={<IconLogout size={16} aria-hidden />}
        onClick={() => void logOut().catch(notify.failed)}
      >
        {t.logOut}
      </Button>
      <Text size="xs" c="dimmed" ta="center" mt={8}>
        {t.version(boot.version)}
      </Text>
    </div>
  );
}
