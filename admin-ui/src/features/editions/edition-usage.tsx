/** How much of an edition is used, limit by limit. */
import type { EditionLimits, EditionUsage } from "@contract";
import { Badge, Group, Progress, Stack, Text } from "@mantine/core";
import { useFormats } from "../../lib/format.ts";
import { useTexts } from "../../lib/i18n.ts";
import { COUNTED, FEATURES } from "./limit-names.ts";
import { editionTexts } from "./texts.ts";

export function EditionUsageList({
  limits,
  usage,
}: {
  limits: EditionLimits;
  usage: EditionUsage;
}) {
  const t = useTexts(editionTexts);
  const format = useFormats();
  return (
    <Stack gap="sm">
      {COUNTED.map((name) => {
        const most = limits[name];
        const used = format.number(usage[name]);
        return (
          <div key={name}>
            <Group justify="space-between" gap="xs">
              <Text size="sm">{t.limits[name]}</Text>
              <Text size="sm" c="dimmed" className="portico-numbers">
                {most === null ? t.noLimit(used) : t.of(used, format.number(most))}
              </Text>
            </Group>
            {most !== null && (
              <Progress
                mt={4}
                size="sm"
                value={most === 0 ? (usage[name] > 0 ? 100 : 0) : (usage[name] / most) * 100}
                color={usage[name] >= most && most > 0 ? "red" : "blue"}
                aria-label={t.limits[name]}
              />
            )}
          </div>
        );
      })}
      {FEATURES.map((name) => (
        <Group key={name} justify="space-between" gap="xs">
          <Text size="sm">{t.limits[name]}</Text>
          <Badge color={limits[name] ? "green" : "gray"}>
            {limits[name] ? t.included : t.notIncluded}
          </Badge>
        </Group>
      ))}
    </Stack>
  );
}
