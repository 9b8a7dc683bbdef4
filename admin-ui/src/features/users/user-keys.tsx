import { Button, Group } from "@mantine/core";
import { IconKey, IconPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { Allowed } from "../../app/may.tsx";
import { Nothing } from "../../components/nothing.tsx";
import { DataTable } from "../../components/table/data-table.tsx";
import { useTexts } from "../../lib/i18n.ts";
import { lazyPart } from "../../lib/lazy-part.tsx";
import { keysQuery } from "../../lib/queries.ts";
import { useKeyActions } from "../keys/key-actions.tsx";
import { useKeyColumns } from "../keys/key-columns.tsx";
import { keyTexts } from "../keys/texts.ts";
import { userTexts } from "./texts.ts";

const CreateKeyDialog = lazyPart(
  async () => (await import("../keys/create-key-dialog.tsx")).CreateKeyDialog,
);

export function UserKeys({ userId }: { userId: string }) {
  const t = useTexts(userTexts);
  const keyWords = useTexts(keyTexts);
  const query = useQuery(keysQuery);
  const columns = useKeyColumns<NonNullable<typeof query.data>[number]>();
  const actionsOf = useKeyActions();
  const [creating, setCreating] = useState(false);
  const rows = useMemo(
    () => query.data?.filter((key) => key.user.id === userId),
    [query.data, userId],
  );
  const few = useMemo(
    () => columns.filter(({ id }) => id === "name" || id === "prefix" || id === "state"),
    [columns],
  );
  const create = (
    <Allowed to="people.write">
      <Button
        size="xs"
        leftSection={<IconPlus size={14} aria-hidden />}
        onClick={() => setCreating(true)}
      >
        {keyWords.create}
      </Button>
    </Allowed>
  );
  return (
    <>
      {(rows?.length ?? 0) > 0 && (
        <Group justify="flex-end" mb="sm">
          {create}
        </Group>
      )}
      <DataTable
        label={keyWords.title}
        rows={rows}
        columns={few}
        rowId={(key) => key.id}
        rowName={(key) => key.name}
        paged={false}
        minWidth={0}
        error={query.error}
        onRetry={() => void query.refetch()}
        actions={(key) => actionsOf.buttons(key, userId)}
        empty={
          <Nothing
            icon={<IconKey size={26} stroke={1.5} aria-hidden />}
            title={t.keysEmpty}
            help={t.keysEmptyHelp}
            action={create}
          />
        }
      />
      <CreateKeyDialog userId={userId} opened={creating} onClose={() => setCreating(false)} />
      {actionsOf.dialogs}
    </>
  );
}
