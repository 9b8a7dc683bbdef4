/** Who is signed in; language, appearance, log-out. */
import {
  Avatar,
  Button,
  Divider,
  Popover,
  SegmentedControl,
  Stack,
  Text,
  UnstyledButton,
  useMantineColorScheme,
} from "@mantine/core";
import { IconLogout } from "@tabler/icons-react";
import { LOCALE_NAMES, LOCALES, type Locale, useLocale, useTexts } from "../lib/i18n.ts";
import { useNotify } from "../lib/notify.tsx";
import { useMe, useSession } from "./session.tsx";
import { appTexts } from "./texts.ts";

export function AccountMenu() {
  const t = useTexts(appTexts);
  const me = useMe();
  const shown = me.name || me.email;
  return (
    <Popover position="bottom-end" width={270} shadow="md" trapFocus>
      <Popover.Target>
        <UnstyledButton aria-label={`${t.account}: ${shown}`} style={{ borderRadius: "50%" }}>
          <Avatar size={32} radius="xl" color="brand" variant="light" aria-hidden>
            {[...shown][0]?.toUpperCase()}
          </Avatar>
        </UnstyledButton>
      </Popover.Target>
      <Popover.Dropdown aria-label={t.account}>
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
          <Divider />
          <Preferences />
          <Divider />
          <LogOut />
        </Stack>
      </Popover.Dropdown>
    </Popover>
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
