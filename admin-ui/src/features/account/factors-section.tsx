import { Box, Button, Code, Group, Modal, Stack, Text, Title } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { CopyIcon } from "../../components/copy.tsx";
import { ApiError, call } from "../../lib/api.ts";
import { useFormats } from "../../lib/format.ts";
import { useTexts } from "../../lib/i18n.ts";
import { useNotify } from "../../lib/notify.tsx";
import { makePasskey } from "../login/passkey.ts";
import { accountTexts } from "./texts.ts";
import { TotpDialog } from "./totp-dialog.tsx";

const KEY = ["account", "factors"];

/** One's authenticator apps and passkeys, and the codes for the day they are lost. */
export function FactorsSection({ onReady }: { onReady?: () => void }) {
  const t = useTexts(accountTexts);
  const { date } = useFormats();
  const notify = useNotify();
  const client = useQueryClient();
  const [adding, setAdding] = useState(false);
  const [codes, setCodes] = useState<string[] | null>(null);
  const query = useQuery({
    queryKey: KEY,
    queryFn: ({ signal }) => call("GET /api/auth/second-factors", { signal }),
  });
  const refresh = () => client.invalidateQueries({ queryKey: KEY });
  const added = (recoveryCodes: string[] | null) => {
    setAdding(false);
    setCodes(recoveryCodes);
    notify.done(t.factorAdded);
    void refresh();
    if (!recoveryCodes) onReady?.();
  };
  const passkey = useMutation({
    mutationFn: makePasskey,
    onSuccess: added,
    onError: (error) =>
      notify.failed(error instanceof ApiError ? error : new Error(t.passkeyFailed)),
  });
  const renew = useMutation({
    mutationFn: () => call("POST /api/auth/second-factors/recovery", { body: {} }),
    onSuccess: ({ recoveryCodes }) => {
      setCodes(recoveryCodes);
      void refresh();
    },
    onError: notify.failed,
  });
  const remove = useMutation({
    mutationFn: (id: string) => call("DELETE /api/auth/second-factors/{id}", { params: { id } }),
    onSuccess: async () => {
      notify.done(t.factorRemoved);
      await refresh();
    },
    onError: notify.failed,
  });
  const factors = query.data?.data ?? [];
  return (
    <Box component="section" aria-labelledby="factors-title">
      <Title order={2} size="h4" id="factors-title">
        {t.factors}
      </Title>
      <Stack mt="xs" gap="sm">
        <Text size="sm" c="dimmed">
          {t.factorsHelp}
        </Text>
        {factors.map((factor) => (
          <Group key={factor.id} justify="space-between">
            <Text size="sm">
              {factor.name || t.kinds[factor.kind]} · {t.added(date(factor.createdAt))}
            </Text>
            <Button
              size="xs"
              color="red"
              variant="default"
              aria-label={`${t.remove}: ${factor.name || t.kinds[factor.kind]}`}
              onClick={() => remove.mutate(factor.id)}
            >
              {t.remove}
            </Button>
          </Group>
        ))}
        <Group>
          <Button variant="default" onClick={() => setAdding(true)}>
            {t.addTotp}
          </Button>
          {"PublicKeyCredential" in window && (
            <Button variant="default" loading={passkey.isPending} onClick={() => passkey.mutate()}>
              {t.addPasskey}
            </Button>
          )}
        </Group>
        {factors.length > 0 && (
          <Group>
            <Text size="sm">{t.recoveryLeft(query.data?.recoveryCodesLeft ?? 0)}</Text>
            <Button size="xs" variant="default" onClick={() => renew.mutate()}>
              {t.recoveryNew}
            </Button>
          </Group>
        )}
      </Stack>
      {adding && <TotpDialog onAdded={added} onClose={() => setAdding(false)} />}
      {codes && (
        <RecoveryDialog
          codes={codes}
          onClose={() => {
            setCodes(null);
            onReady?.();
          }}
        />
      )}
    </Box>
  );
}

/** Shown once. */
function RecoveryDialog({ codes, onClose }: { codes: string[]; onClose: () => void }) {
  const t = useTexts(accountTexts);
  return (
    <Modal opened onClose={onClose} title={t.recovery}>
      <Stack>
        <Text size="sm">{t.recoveryHelp}</Text>
        <Code block>{codes.join("\n")}</Code>
        <Group justify="flex-end">
          <CopyIcon value={codes.join("\n")} />
          <Button onClick={onClose}>{t.kept}</Button>
        </Group>
      </Stack>
    </Modal>
  );
}
