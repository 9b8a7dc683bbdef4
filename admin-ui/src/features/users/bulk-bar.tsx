import type { User } from "@contract";
import { Button, Group, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Choice } from "../../components/form/choice.tsx";
import { commonTexts } from "../../lib/common-texts.ts";
import { useTexts } from "../../lib/i18n.ts";
import { levelsQuery } from "../../lib/queries.ts";
import { peopleTexts } from "./people-texts.ts";
import { TypedDelete } from "./typed-delete.tsx";
import { useBulk } from "./use-bulk.ts";

interface Props {
  chosen: readonly User[];
  onDone: () => void;
}

/** What can be done with the users that are chosen. */
export function BulkBar({ chosen, onDone }: Props) {
  const t = useTexts(peopleTexts);
  const common = useTexts(commonTexts);
  const levels = useQuery(levelsQuery).data ?? [];
  const [deleting, setDeleting] = useState(false);
  const { progress, run } = useBulk();
  const act = async (...order: Parameters<typeof run>) => {
    await run(...order);
    onDone();
  };
  if (progress) {
    return (
      <Text size="sm" role="status">
        {t.working(progress.done, progress.total)}
      </Text>
    );
  }
  return (
    <Group gap="sm" role="status">
      <Text size="sm">{common.selected(chosen.length)}</Text>
      <Choice
        aria-label={t.setLevel}
        placeholder={t.setLevel}
        w={148}
        data={levels.map(({ slug, name }) => ({ value: slug, label: name }))}
        value={null}
        onChange={(level) => void act(chosen, { level, levelExpiresAt: null }, t.levelGiven)}
      />
      <Button variant="default" onClick={() => void act(chosen, { enabled: false }, t.disabled)}>
        {t.disable}
      </Button>
      <Button variant="default" onClick={() => void act(chosen, { enabled: true }, t.enabled)}>
        {t.enable}
      </Button>
      <Button variant="light" color="red" onClick={() => setDeleting(true)}>
        {t.remove}
      </Button>
      {deleting && (
        <TypedDelete
          who={t.removeMany(chosen.length)}
          typed={String(chosen.length)}
          run={() => act(chosen, "delete", t.deleted)}
          onClose={() => setDeleting(false)}
        />
      )}
    </Group>
  );
}
