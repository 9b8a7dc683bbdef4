import type { WalletPeriod } from "@contract";
import { Group, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { LoadError } from "../../components/page.tsx";
import { useFormats } from "../../lib/format.ts";
import { useTexts } from "../../lib/i18n.ts";
import { keysQuery, periodsQuery } from "../../lib/queries.ts";
import { byMonth } from "./months.ts";
import { userTexts } from "./texts.ts";

/** What came before the statement; most users have nothing there. */
export function Periods({ userId }: { userId: string }) {
  const t = useTexts(userTexts);
  const format = useFormats();
  const { data, error, refetch } = useQuery(periodsQuery(userId));
  if (error) return <LoadError error={error} onRetry={() => void refetch()} />;
  if (!data?.length) return null;
  return (
    <section>
      <Title order={3} size="sm" mb={2}>
        {t.periods.title}
      </Title>
      <Text size="xs" c="dimmed" mb={6}>
        {t.periods.help}
      </Text>
      {byMonth(data).map(({ month, lines, sumMicro }) => (
        <details key={month}>
          <summary>
            <Text span size="sm" className="portico-numbers">
              {month} · {format.signedCredits(sumMicro)}
            </Text>
          </summary>
          {lines.map((line) => (
            <Line key={[line.type, line.model, line.key_id].join()} line={line} />
          ))}
        </details>
      ))}
    </section>
  );
}

function Line({ line }: { line: WalletPeriod }) {
  const t = useTexts(userTexts);
  const format = useFormats();
  const keys = useQuery(keysQuery).data ?? [];
  const key = line.key_id && (keys.find(({ id }) => id === line.key_id)?.name ?? line.key_id);
  const lost = line.uncollected_micro;
  const about = [line.model, key, lost > 0 && t.notCollected(format.credits(lost))];
  return (
    <Group justify="space-between" gap="xs" wrap="nowrap" py={4} ps="md">
      <div>
        <Text size="sm">
          {t.entry[line.type]} · {t.periods.entries(line.entries)}
        </Text>
        <Text size="xs" c="dimmed">
          {about.filter(Boolean).join(" · ")}
        </Text>
      </div>
      <Text size="sm" className="portico-numbers">
        {format.signedCredits(line.amount_micro)}
      </Text>
    </Group>
  );
}
