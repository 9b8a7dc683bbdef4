import type { AuditChange, AuditEntry } from "@contract";
import { Code, Stack, Table, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { CopyText } from "../../components/copy.tsx";
import { Loaded } from "../../components/page.tsx";
import { call } from "../../lib/api.ts";
import { useFormats } from "../../lib/format.ts";
import { useLocale, useTexts } from "../../lib/i18n.ts";
import { actionName } from "./action-name.ts";
import classes from "./audit.module.css";
import { OutcomeBadge, targetName, useActorName } from "./audit-columns.tsx";
import { auditTexts } from "./texts.ts";

/** One entry whole; asked for by its id where the list has not loaded it. */
export function AuditPanel({ id, known }: { id: string; known: AuditEntry | undefined }) {
  const t = useTexts(auditTexts);
  const query = useQuery({
    queryKey: ["audit", "one", id],
    queryFn: async ({ signal }) => {
      const { data } = await call("GET /api/admin/audit", { query: { id, limit: 1 }, signal });
      return data[0] ?? null;
    },
    enabled: known === undefined,
  });
  if (known) return <Entry entry={known} />;
  return (
    <Loaded query={query}>
      {(entry) => (entry ? <Entry entry={entry} /> : <Text c="dimmed">{t.gone}</Text>)}
    </Loaded>
  );
}

function Entry({ entry }: { entry: AuditEntry }) {
  const t = useTexts(auditTexts);
  const { locale } = useLocale();
  const format = useFormats();
  const actorName = useActorName();
  const rows: (readonly [label: string, value: ReactNode])[] = [
    [t.fields.at, format.dateTime(entry.at)],
    [t.columns.action, actionName(entry.action, locale)],
    [t.columns.outcome, <OutcomeBadge key="outcome" entry={entry} />],
    ...(entry.code ? [[t.fields.reason, <Code key="code">{entry.code}</Code>] as const] : []),
    [t.fields.actor, actorName(entry.actor)],
    [t.fields.target, targetName(entry.target)],
    [t.fields.address, entry.address ?? "–"],
    [t.fields.agent, entry.agent || "–"],
    [t.fields.request, entry.requestId ?? "–"],
  ];
  return (
    <Stack gap="lg">
      <CopyText value={entry.id} />
      {entry.outcome === "unfinished" && <Text size="sm">{t.unfinishedHelp}</Text>}
      <dl className={classes.facts}>
        {rows.map(([label, value]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd className="portico-numbers">{value}</dd>
          </div>
        ))}
      </dl>
      <section>
        <Title order={3} mb="xs">
          {t.sections.changes}
        </Title>
        {entry.changes.length > 0 ? (
          <Changes changes={entry.changes} />
        ) : (
          <Text size="sm">{t.noChanges}</Text>
        )}
      </section>
      {entry.asked !== null && entry.asked !== undefined && (
        <section>
          <Title order={3} mb="xs">
            {t.sections.asked}
          </Title>
          <Code block tabIndex={0}>
            {JSON.stringify(entry.asked, null, 2)}
          </Code>
        </section>
      )}
    </Stack>
  );
}

function Changes({ changes }: { changes: readonly AuditChange[] }) {
  const t = useTexts(auditTexts);
  return (
    <Table layout="fixed" verticalSpacing={6}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{t.change.field}</Table.Th>
          <Table.Th>{t.change.before}</Table.Th>
          <Table.Th>{t.change.after}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {changes.map(({ field, before, after }) => (
          <Table.Tr key={field}>
            <Table.Th scope="row" fw={500} className={classes.anywhere ?? ""}>
              {field}
            </Table.Th>
            <Table.Td className={classes.anywhere ?? ""}>{shownValue(before)}</Table.Td>
            <Table.Td className={classes.anywhere ?? ""}>{shownValue(after)}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

/** Absent is a dash; a text is itself; all else as JSON says it. */
function shownValue(value: unknown): string {
  if (value === undefined) return "–";
  return typeof value === "string" && value !== "" ? value : JSON.stringify(value);
}
