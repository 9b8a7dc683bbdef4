import type { WalletGrant } from "@contract";
import { Group, Stack, Text, Title } from "@mantine/core";
import { useFormats } from "../../lib/format.ts";
import { useTexts } from "../../lib/i18n.ts";
import { reasonText, userTexts } from "./texts.ts";

/** Live grants in order of use. */
export function Grants({ grants }: { grants: readonly WalletGrant[] }) {
  const t = useTexts(userTexts);
  const format = useFormats();
  if (grants.length === 0) return null;
  return (
    <section>
      <Title order={3} size="sm" mb={6}>
        {t.grants}
      </Title>
      <Stack gap={6} component="ol" p={0} m={0} style={{ listStyle: "none" }}>
        {grants.map((grant, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: grants have no id; their order is the order of use
          <Group key={index} component="li" justify="space-between" gap="xs" wrap="nowrap">
            <Text size="sm">
              {reasonText(grant.reason, t)}{" "}
              <Text span size="xs" c="dimmed">
                {grant.expires_at ? t.until(format.date(grant.expires_at)) : t.stays}
              </Text>
            </Text>
            <Text size="sm" className="portico-numbers">
              {t.leftOf(format.credits(grant.remaining_micro), format.credits(grant.amount_micro))}
            </Text>
          </Group>
        ))}
      </Stack>
    </section>
  );
}
