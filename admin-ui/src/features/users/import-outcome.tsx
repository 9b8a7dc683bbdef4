import type { ImportResult } from "@contract/people-import.ts";
import { Alert, Badge, Group, Stack, Table, Text } from "@mantine/core";
import { useTexts } from "../../lib/i18n.ts";
import { importTexts } from "./import-texts.ts";

const SHOWN = 100;
const OUTCOMES = ["create", "update", "skip", "refused"] as const;
const COLORS = { create: "green", update: "blue", skip: "gray", refused: "red" };

/** What becomes of the rows, or became of them, and what is wrong with which. */
export function ImportOutcome({
  results,
  done,
}: {
  results: readonly ImportResult[];
  done: boolean;
}) {
  const t = useTexts(importTexts);
  const refused = results.filter(({ outcome }) => outcome === "refused");
  const counts = Map.groupBy(results, ({ outcome }) => outcome);
  return (
    <Stack gap="sm">
      {done && (
        <Alert color="green" role="status">
          {t.done}
        </Alert>
      )}
      <Group gap="xs" role="status">
        {OUTCOMES.map((outcome) => {
          const count = counts.get(outcome)?.length ?? 0;
          return (
            count > 0 && (
              <Badge key={outcome} color={COLORS[outcome]} size="lg">
                {t.outcomes[outcome](count)}
              </Badge>
            )
          );
        })}
      </Group>
      {refused.length > 0 && (
        <Table>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t.line}</Table.Th>
              <Table.Th>{t.fields.email}</Table.Th>
              <Table.Th>{t.what}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {refused.slice(0, SHOWN).map(({ line, email, problems }) => (
              <Table.Tr key={line}>
                <Table.Td>{line}</Table.Td>
                <Table.Td>{email}</Table.Td>
                <Table.Td>
                  {problems
                    .map(({ field, problem }) => `${t.fields[field]}: ${t.problems[problem]}`)
                    .join("; ")}
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
      {refused.length > SHOWN && <Text size="sm">{t.more(refused.length - SHOWN)}</Text>}
    </Stack>
  );
}
