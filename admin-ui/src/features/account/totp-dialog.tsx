import { Alert, Button, Code, Modal, Stack, Text, TextInput } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { call } from "../../lib/api.ts";
import { useErrorText } from "../../lib/errors.ts";
import { useTexts } from "../../lib/i18n.ts";
import { QrCode } from "./qr-code.tsx";
import { accountTexts } from "./texts.ts";

interface Props {
  onAdded: (recoveryCodes: string[] | null) => void;
  onClose: () => void;
}

/** The secret to scan or to type in, and the first code that shows it has arrived. */
export function TotpDialog({ onAdded, onClose }: Props) {
  const t = useTexts(accountTexts);
  const errorText = useErrorText();
  const [code, setCode] = useState("");
  // Each opening makes a secret of its own, and is asked for one once.
  const offer = useQuery({
    queryKey: ["account", "totp"],
    queryFn: () => call("POST /api/auth/second-factors/totp", { body: {} }),
    gcTime: 0,
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });
  const confirm = useMutation({
    mutationFn: (id: string) =>
      call("POST /api/auth/second-factors/totp/confirm", { body: { id, code } }),
    onSuccess: ({ recoveryCodes }) => onAdded(recoveryCodes),
  });
  const error = offer.error ?? confirm.error;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (offer.data && code.trim() !== "") confirm.mutate(offer.data.id);
  };
  return (
    <Modal opened onClose={onClose} title={t.addTotp}>
      <form noValidate onSubmit={submit}>
        <Stack>
          {error && (
            <Alert color="red" role="alert">
              {errorText(error)}
            </Alert>
          )}
          {offer.data && (
            <>
              <Text size="sm">{t.scan}</Text>
              <QrCode text={offer.data.url} label={t.qr} />
              <Text size="sm">
                {t.key}: <Code style={{ overflowWrap: "anywhere" }}>{offer.data.secret}</Code>
              </Text>
              <TextInput
                label={t.appCode}
                inputMode="numeric"
                autoComplete="one-time-code"
                value={code}
                onChange={(event) => setCode(event.currentTarget.value)}
              />
              <Button type="submit" loading={confirm.isPending}>
                {t.confirm}
              </Button>
            </>
          )}
        </Stack>
      </form>
    </Modal>
  );
}
