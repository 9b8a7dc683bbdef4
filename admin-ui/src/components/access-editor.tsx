/** Who may use an agent or a model: everyone who signs in, or chosen levels, groups and people. */
import type { Access } from "@contract";
import { Radio, Stack, Switch, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { isNobody } from "../lib/access.ts";
import { defineTexts, useTexts } from "../lib/i18n.ts";
import { groupsQuery, levelsQuery } from "../lib/queries.ts";
import { CheckList, LinesInput } from "./form/inputs.tsx";

const texts = defineTexts(
  {
    who: "Who may use it",
    everyone: "Everyone who is signed in",
    chosen: "Only those chosen below",
    levels: "Levels",
    groups: "Groups",
    users: "Users by e-mail",
    usersHelp: "One address on each line",
    guests: "Guests without an account, too",
    nobody: "Nobody is chosen: nobody can use it.",
  },
  {
    who: "谁可以使用",
    everyone: "所有已登录用户",
    chosen: "仅限以下选择的用户",
    levels: "订阅等级",
    groups: "用户组",
    users: "指定用户（邮箱）",
    usersHelp: "每行一个邮箱地址",
    guests: "未登录的访客也可使用",
    nobody: "尚未选择任何人：没有人可以使用。",
  },
);

interface Props {
  value: Access;
  onChange: (access: Access) => void;
}

export function AccessEditor({ value, onChange }: Props) {
  const t = useTexts(texts);
  const levels = useQuery(levelsQuery).data ?? [];
  const groups = useQuery(groupsQuery).data ?? [];
  const change = (part: Partial<Access>) => onChange({ ...value, ...part });
  return (
    <Stack gap="md">
      <Radio.Group
        label={t.who}
        value={value.everyone ? "everyone" : "chosen"}
        onChange={(choice) => change({ everyone: choice === "everyone" })}
      >
        <Stack gap="xs" mt={6}>
          <Radio value="everyone" label={t.everyone} />
          <Radio value="chosen" label={t.chosen} />
        </Stack>
      </Radio.Group>
      {!value.everyone && (
        <>
          {levels.length > 0 && (
            <CheckList
              label={t.levels}
              data={levels.map((level) => ({ value: level.slug, label: level.name }))}
              value={value.levels}
              onChange={(chosen) => change({ levels: chosen })}
            />
          )}
          {groups.length > 0 && (
            <CheckList
              label={t.groups}
              data={groups.map((group) => ({ value: group.slug, label: group.name }))}
              value={value.groups}
              onChange={(chosen) => change({ groups: chosen })}
            />
          )}
          <LinesInput
            label={t.users}
            description={t.usersHelp}
            value={value.users}
            onChange={(chosen) => change({ users: chosen.map((email) => email.toLowerCase()) })}
          />
          {isNobody(value) && (
            <Text size="sm" c="yellow" role="status">
              {t.nobody}
            </Text>
          )}
        </>
      )}
      <Switch
        label={t.guests}
        checked={value.guests}
        onChange={(event) => change({ guests: event.currentTarget.checked })}
      />
    </Stack>
  );
}
