/** What stands where a page would that the role does not open. */
import { Group, Stack, Text, Title } from "@mantine/core";
import { LinkButton } from "../components/links.tsx";
import { defineTexts, useTexts } from "../lib/i18n.ts";
import { useMe } from "./session.tsx";
import { appTexts } from "./texts.ts";

const texts = defineTexts(
  {
    title: "Your role does not open this page",
    help: (role: string) =>
      `You are signed in as ${role}. An owner or admin of this site can give you another role.`,
    roles: "What each role may do",
  },
  {
    title: "您的角色无法打开此页面",
    help: (role: string) => `您当前的角色是“${role}”。本站的所有者或管理员可以为您更换角色。`,
    roles: "查看各角色的权限",
  },
);

export function PageForbidden() {
  const t = useTexts(texts);
  const app = useTexts(appTexts);
  const { role } = useMe();
  return (
    <Stack gap="xs" py="xl" align="center" ta="center">
      <Title order={1}>{t.title}</Title>
      <Text c="dimmed">{t.help(app.roles[role])}</Text>
      <Group mt="md">
        <LinkButton to="/">{app.goHome}</LinkButton>
        <LinkButton to="/roles" variant="default">
          {t.roles}
        </LinkButton>
      </Group>
    </Stack>
  );
}
