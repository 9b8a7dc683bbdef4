import type { AdminApp } from "@contract";
import { Alert, Button, Group, Stack, Text, Title } from "@mantine/core";
import { IconAlertTriangle, IconTrash } from "@tabler/icons-react";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Allowed } from "../../app/may.tsx";
import { useConfirm } from "../../components/confirm.tsx";
import { CopyText } from "../../components/copy.tsx";
import { call } from "../../lib/api.ts";
import { commonTexts } from "../../lib/common-texts.ts";
import { useTexts } from "../../lib/i18n.ts";
import { useNotify } from "../../lib/notify.tsx";
import { AppForm } from "./app-form.tsx";
import { AppUsers } from "./app-users.tsx";
import { appTexts } from "./texts.ts";

interface Props {
  /** Null: one that is being made. */
  app: AdminApp | null;
  onClose: () => void;
}

/** One app: its form, whoever uses it; of a new one the secret, this once. */
export function AppPanel({ app, onClose }: Props) {
  const t = useTexts(appTexts);
  const notify = useNotify();
  const { buttons, dialog } = useAppActions(app, onClose);
  const [made, setMade] = useState<{ app: AdminApp; secret: string | null } | null>(null);
  if (made) return <MadeApp {...made} onClose={onClose} />;
  return (
    <Stack gap="lg">
      {app && (
        <div>
          <Text size="sm" c="dimmed">
            {t.id}
          </Text>
          <CopyText value={app.id} label={t.copyId} />
        </div>
      )}
      <AppForm
        app={app}
        onCancel={onClose}
        onSaved={(saved, secret) => {
          if (app === null) return setMade({ app: saved, secret });
          notify.done(t.saved(saved.name));
          onClose();
        }}
        extra={
          app && (
            <Allowed to="people.write">
              <Group gap="xs">{buttons}</Group>
            </Allowed>
          )
        }
      />
      {app && (
        <section>
          <Title order={2} size="h4" mb="xs">
            {t.usersOf}
          </Title>
          <AppUsers id={app.id} />
        </section>
      )}
      {dialog}
    </Stack>
  );
}

/** Disabling and deleting say what they end. */
function useAppActions(app: AdminApp | null, onClose: () => void) {
  const t = useTexts(appTexts);
  const common = useTexts(commonTexts);
  const notify = useNotify();
  const confirm = useConfirm();
  const queryClient = useQueryClient();
  if (!app) return { buttons: null, dialog: null };
  const params = { id: app.id };
  const turn = async (enabled: boolean) => {
    await call("PATCH /api/admin/apps/{id}", { params, body: { enabled } });
    await queryClient.invalidateQueries({ queryKey: ["apps"] });
    notify.done(enabled ? t.enabled(app.name) : t.disabled(app.name));
  };
  const askToDisable = () =>
    confirm.ask({
      title: t.disableTitle(app.name),
      effect: t.disableEffect(app.users),
      action: t.disable,
      run: () => turn(false),
    });
  const askToDelete = () =>
    confirm.ask({
      title: t.deleteTitle(app.name),
      effect: t.deleteEffect(app.users),
      action: t.deleteAction,
      run: async () => {
        await call("DELETE /api/admin/apps/{id}", { params });
        await queryClient.invalidateQueries({ queryKey: ["apps"] });
        notify.done(t.deleted(app.name));
        onClose();
      },
    });
  const buttons = (
    <>
      <Button
        variant="default"
        onClick={app.enabled ? askToDisable : () => turn(true).catch(notify.failed)}
      >
        {app.enabled ? t.disable : t.enable}
      </Button>
      <Button
        variant="subtle"
        color="red"
        leftSection={<IconTrash size={16} aria-hidden />}
        onClick={askToDelete}
      >
        {common.delete}
      </Button>
    </>
  );
  return { buttons, dialog: confirm.dialog };
}

function MadeApp({
  app,
  secret,
  onClose,
}: {
  app: AdminApp;
  secret: string | null;
  onClose: () => void;
}) {
  const t = useTexts(appTexts);
  return (
    <Stack>
      <Text fw={600}>{t.secretTitle}</Text>
      <div>
        <Text size="sm" c="dimmed">
          {t.id}
        </Text>
        <CopyText value={app.id} label={t.copyId} />
      </div>
      {secret !== null && (
        <>
          <Alert color="yellow" icon={<IconAlertTriangle aria-hidden />}>
            <Text size="sm">{t.secretHelp}</Text>
          </Alert>
          <CopyText value={secret} label={t.copySecret} />
        </>
      )}
      <div>
        <Text size="sm" c="dimmed">
          {t.addresses}
        </Text>
        <CopyText
          value={`${location.origin}/.well-known/oauth-authorization-server`}
          label={t.copyAddress}
        />
      </div>
      <Group justify="flex-end">
        <Button onClick={onClose}>{t.done}</Button>
      </Group>
    </Stack>
  );
}
