import type { User } from "@contract";
import { Badge, Text } from "@mantine/core";
import { useMemo } from "react";
import { appTexts } from "../../app/texts.ts";
import type { Column } from "../../components/table/columns.ts";
import { commonTexts } from "../../lib/common-texts.ts";
import { useFormats } from "../../lib/format.ts";
import { useTexts } from "../../lib/i18n.ts";
import { peopleTexts } from "./people-texts.ts";
import { userTexts } from "./texts.ts";

export function useUserColumns(): Column<User>[] {
  const t = useTexts(userTexts);
  const common = useTexts(commonTexts);
  const roles = useTexts(appTexts).roles;
  const format = useFormats();
  return useMemo(
    () => [
      { id: "email", header: t.columns.email, phone: "title", render: (user) => user.email },
      { id: "name", header: t.columns.name, render: (user) => user.name || "–" },
      { id: "level", header: t.columns.level, render: (user) => <Level user={user} /> },
      {
        id: "role",
        header: t.columns.role,
        render: (user) =>
          user.role === "member" ? roles.member : <Badge>{roles[user.role]}</Badge>,
      },
      {
        id: "state",
        header: t.columns.state,
        render: (user) => (
          <Badge color={user.enabled ? "green" : "gray"}>
            {user.enabled ? common.enabled : common.disabled}
          </Badge>
        ),
      },
      {
        id: "lastLogin",
        header: t.columns.lastLogin,
        render: (user) => (user.lastLoginAt ? format.ago(user.lastLoginAt) : t.never),
      },
      {
        id: "created",
        header: t.columns.created,
        phone: "hidden",
        render: (user) => format.date(user.createdAt),
      },
    ],
    [t, common, roles, format],
  );
}

/** The level that counts, and when it ends or which one has. */
function Level({ user }: { user: User }) {
  const t = useTexts(peopleTexts);
  const format = useFormats();
  const { level, endedLevel, levelExpiresAt } = user;
  return (
    <>
      {level?.name ?? "–"}
      {endedLevel && (
        <Text size="xs" c="dimmed">
          {t.ended(endedLevel.name)}
        </Text>
      )}
      {!endedLevel && levelExpiresAt && (
        <Text size="xs" c="dimmed">
          {t.endsOn(format.date(levelExpiresAt))}
        </Text>
      )}
    </>
  );
}
