/** What a person sees who meets a limit of the site's edition: which, and what others allow. */
import type { Edition, LimitName } from "@contract";
import { Alert, Badge, Group, Modal, Stack, Table, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { Loaded } from "../../components/page.tsx";
import type { MetLimit } from "../../lib/edition-limit.ts";
import { useFormats } from "../../lib/format.ts";
import { useTexts } from "../../lib/i18n.ts";
import { editionQuery } from "./edition-panel.tsx";
import { COUNTED, FEATURES } from "./limit-names.ts";
import { editionTexts } from "./texts.ts";

const LIMITS: readonly LimitName[] = [...COUNTED, ...FEATURES];

export function UpgradeDialog({ met, onClose }: { met: MetLimit; onClose: () => void }) {
  const t = useTexts(editionTexts);
  const query = useQuery(editionQuery);
  const [opened, setOpened] = useState(true);
  useEffect(() => setOpened(true), []);
  // `own_domains` is the code of `ownDomains`.
  const name = met.code.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
  const limit = LIMITS.find((one) => one === name);
  return (
    <Modal
      opened={opened}
      onClose={() => setOpened(false)}
      onExitTransitionEnd={onClose}
      title={t.met}
      size="lg"
      zIndex={400}
    >
      <Stack>
        <Alert color="yellow">
          {limit ? `${t.limits[limit]}: ` : ""}
          {met.message}
        </Alert>
        <Loaded query={query}>
          {({ edition, editions }) => (
            <Editions editions={editions} current={edition.slug} met={limit} />
          )}
        </Loaded>
        <Text size="sm" c="dimmed">
          {t.ask}
        </Text>
      </Stack>
    </Modal>
  );
}

interface EditionsProps {
  editions: readonly Edition[];
  current: Edition["slug"];
  met: LimitName | undefined;
}

function Editions({ editions, current, met }: EditionsProps) {
  const t = useTexts(editionTexts);
  const format = useFormats();
  const priceOf = ({ price }: Edition) =>
    price.year === 0
      ? t.forFree
      : t.perYear(`${format.number(price.year / 100)} ${price.currency}`);
  const cell = (edition: Edition, name: LimitName) => {
    const value = edition.limits[name];
    if (typeof value === "boolean") return value ? t.included : t.notIncluded;
    return value === null ? t.unlimited : format.number(value);
  };
  return (
    <Table.ScrollContainer minWidth={440} tabIndex={0} aria-label={t.others} role="region">
      <Table aria-label={t.others}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t.others}</Table.Th>
            {editions.map((edition) => (
              <Table.Th key={edition.slug} scope="col">
                <Group gap={6}>
                  {edition.name}
                  {edition.slug === current && <Badge size="xs">{t.current}</Badge>}
                </Group>
                <Text size="xs" c="dimmed">
                  {priceOf(edition)}
                </Text>
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {LIMITS.map((name) => (
            <Table.Tr key={name}>
              <Table.Th scope="row" fw={name === met ? 700 : 400}>
                {t.limits[name]}
              </Table.Th>
              {editions.map((edition) => (
                <Table.Td key={edition.slug}>{cell(edition, name)}</Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
