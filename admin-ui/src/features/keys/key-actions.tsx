/** What can be done to a live key in a list: change it, revoke it. */
import type { ApiKey } from "@contract";
import { Button, Group } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { useMay } from "../../app/may.tsx";
import { useConfirm } from "../../components/confirm.tsx";
import { call } from "../../lib/api.ts";
import { useTexts } from "../../lib/i18n.ts";
import { lazyPart } from "../../lib/lazy-part.tsx";
import { useNotify } from "../../lib/notify.tsx";
import { keyTexts } from "./texts.ts";

const EditKeyDialog = lazyPart(async () => (await import("./edit-key-dialog.tsx")).EditKeyDialog);

/** The buttons of a row, and the dialogs that they open. */
export function useKeyActions(): {
  buttons: (key: ApiKey, userId: string) => ReactNode;
  dialogs: ReactNode;
} {
  const t = useTexts(keyTexts);
  const notify = useNotify();
  const confirm = useConfirm();
  const queryClient = useQueryClient();
  const [edited, setEdited] = useState<{ apiKey: ApiKey; userId: string } | null>(null);
  const askToRevoke = (key: ApiKey, userId: string) =>
    confirm.ask({
      title: t.revokeTitle(key.name),
      effect: t.revokeEffect,
      action: t.revokeAction,
      run: async () => {
        await call("DELETE /api/admin/users/{id}/keys/{keyId}", {
          params: { id: userId, keyId: key.id },
        });
        await queryClient.invalidateQueries({ queryKey: ["keys"] });
        notify.done(t.revoked(key.name));
      },
    });
  const mayChange = useMay("people.write");
  const buttons = (key: ApiKey, userId: string) =>
    mayChange &&
    key.revokedAt === null && (
      <Group gap={4} wrap="nowrap">
        {key.appId === undefined && (
          <Button
            size="compact-sm"
            variant="subtle"
            aria-label={`${t.edit}: ${key.name}`}
            onClick={() => setEdited({ apiKey: key, userId })}
          >
            {t.edit}
          </Button>
        )}
        <Button
          size="compact-sm"
          variant="subtle"
          color="red"
          aria-label={`${t.revoke}: ${key.name}`}
          onClick={() => askToRevoke(key, userId)}
        >
          {t.revoke}
        </Button>
      </Group>
    );
  const dialogs = (
    <>
      {confirm.dialog}
      {edited && <EditKeyDialog {...edited} onClose={() => setEdited(null)} />}
    </>
  );
  return { buttons, dialogs };
}
