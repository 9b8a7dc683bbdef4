/** The page around log-in, set-up and refusal: the site's mark above one card. */
import { Anchor, Card, Group, Image, Stack, Text, Title } from "@mantine/core";
import type { ReactNode } from "react";
import { useSession } from "../../app/session.tsx";
import { LOCALE_NAMES, LOCALES, useLocale } from "../../lib/i18n.ts";
import classes from "./login.module.css";

interface Props {
  title: string;
  help: string;
  children: ReactNode;
}

export function FrontPage({ title, help, children }: Props) {
  const { site } = useSession().boot;
  const { locale, setLocale } = useLocale();
  const other = LOCALES.find((option) => option !== locale) ?? locale;
  return (
    <main className={classes.page}>
      <Stack gap="lg" className={classes.column ?? ""}>
        <Stack gap="xs" align="center" ta="center">
          {site.branding.logo ? (
            <Image src={site.branding.logo} alt="" h={48} w={48} fit="contain" radius="md" />
          ) : (
            <span className={classes.monogram} aria-hidden>
              {[...site.name][0]?.toUpperCase()}
            </span>
          )}
          <Title order={1}>{title}</Title>
          <Text c="dimmed" size="sm">
            {help}
          </Text>
        </Stack>
        <Card padding="xl">{children}</Card>
        <Group justify="center">
          <Anchor
            component="button"
            type="button"
            size="sm"
            lang={other}
            onClick={() => setLocale(other)}
          >
            {LOCALE_NAMES[other]}
          </Anchor>
        </Group>
      </Stack>
    </main>
  );
}
