/** Who is signed in; language, appearance, log-out. */
import {
  Avatar,
  Menu,
  SegmentedControl,
  Stack,
  Text,
  UnstyledButton,
  useMantineColorScheme,
} from "@mantine/core";
import { IconLanguage, IconLogout } from "@tabler/icons-react";
import { LOCALE_NAMES, LOCALES, useLocale, useTexts } from "../lib/i18n.ts";
import { useMe, useSession } from "./session.tsx";
import { appTexts } from "./texts.ts";

export function AccountMenu() {
  const t = useTexts(appTexts);
  const me = useMe();
  const { boot, logOut } = useSession();
  const { locale, setLocale } = useLocale();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const shown = me.name || me.email;
  return (
    <Menu position="bottom-end" width={260} trapFocus>
      <Menu.Target>
        <UnstyledButton aria-label={`${t.account}: ${shown}`}>
          <Avatar name={shown} size={32} radius="xl" color="brand" variant="light" alt="">
            {[...shown][0]?.toUpperCase()}
          </Avatar>
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Stack gap={0} px="sm" py="xs">
          <Text fw={600} size="sm" truncate>
            {shown}
          </Text>
          <Text size="xs" c="dimmed" truncate>
            {me.name ? `${me.email} · ` : ""}
            {t.roles[me.role]}
          </Text>
        </Stack>
        <Menu.Divider />
        <Menu.Label>{t.scheme}</Menu.Label>
        <SegmentedControl
          fullWidth
          size="xs"
          mx="xs"
          w="calc(100% - 16px)"
          aria-label={t.scheme}
          value={colorScheme}
          onChange={(value) => setColorScheme(value as "light" | "dark" | "auto")}
          data={[
            { value: "light", label: t.schemeLight },
            { value: "dark", label: t.schemeDark },
            { value: "auto", label: t.schemeAuto },
          ]}
        />
        <Menu.Label>{t.language}</Menu.Label>
        {LOCALES.map((option) => (
          <Menu.Item
            key={option}
            lang={option}
            closeMenuOnClick={false}
            leftSection={<IconLanguage size={16} aria-hidden />}
            rightSection={option === locale ? "✓" : undefined}
            {...(option === locale ? { "aria-current": "true" as const } : {})}
            onClick={() => setLocale(option)}
          >
            {LOCALE_NAMES[option]}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item leftSection={<IconLogout size={16} aria-hidden />} onClick={() => void logOut()}>
          {t.logOut}
        </Menu.Item>
        <Text size="xs" c="dimmed" px="sm" py={6}>
          {t.version(boot.version)}
        </Text>
      </Menu.Dropdown>
    </Menu>
  );
}
