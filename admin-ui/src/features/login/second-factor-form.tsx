import type { SecondFactorAsked, SignInAnswer } from "@contract";
import { Alert, Anchor, Button, Group, Stack, Text, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { ApiError, call } from "../../lib/api.ts";
import { useErrorText } from "../../lib/errors.ts";
import { useTexts } from "../../lib/i18n.ts";
import { showPasskey } from "./passkey.ts";
import { wayTexts } from "./way-texts.ts";

interface Props {
  asked: SecondFactorAsked["secondFactor"];
  onDone: (answer: SignInAnswer) => void | Promise<void>;
  onStartOver: () => void;
}

/** The second half of a log-in. */
export function SecondFactorForm({ asked: { ticket, ways }, onDone, onStartOver }: Props) {
  const t = useTexts(wayTexts);
  const errorText = useErrorText();
  const [way, setWay] = useState(ways.includes("totp") ? "totp" : "passkey");
  const [value, setValue] = useState("");
  const show = useMutation({
    mutationFn: () => {
      const shown = way === "totp" ? { code: value } : { recoveryCode: value };
      return call("POST /api/auth/second-factor", { body: { ticket, shown } });
    },
    onSuccess: onDone,
  });
  const passkey = useMutation({ mutationFn: () => showPasskey(ticket), onSuccess: onDone });
  const error = show.error ?? passkey.error;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (value.trim() !== "") show.mutate();
  };
  const choose = (next: string) => {
    setWay(next);
    setValue("");
  };
  return (
    <form noValidate onSubmit={submit}>
      <Stack>
        <Text>{t.secondHelp}</Text>
        {error && (
          <Alert color="red" role="alert">
            {error instanceof ApiError ? errorText(error) : t.passkeyFailed}
          </Alert>
        )}
        {way !== "passkey" && (
          <>
            <TextInput
              data-autofocus
              label={way === "totp" ? t.appCode : t.recoveryCode}
              inputMode={way === "totp" ? "numeric" : "text"}
              autoComplete={way === "totp" ? "one-time-code" : "off"}
              value={value}
              onChange={(event) => setValue(event.currentTarget.value)}
            />
            <Button type="submit" fullWidth loading={show.isPending}>
              {t.goOn}
            </Button>
          </>
        )}
        {ways.includes("passkey") && (
          <Button
            fullWidth
            variant={way === "passkey" ? "filled" : "default"}
            loading={passkey.isPending}
            onClick={() => passkey.mutate()}
          >
            {t.usePasskey}
          </Button>
        )}
        <Group justify="center" gap="md">
          {way !== "recovery" && ways.includes("recovery") && (
            <LinkLike label={t.useRecovery} onClick={() => choose("recovery")} />
          )}
          {way !== "totp" && ways.includes("totp") && (
            <LinkLike label={t.useApp} onClick={() => choose("totp")} />
          )}
          <LinkLike label={t.startOver} onClick={onStartOver} />
        </Group>
      </Stack>
    </form>
  );
}

export function LinkLike({ label, onClick }: { label: string; onClick: () => void }) {
  return (
    <Anchor component="button" type="button" size="sm" onClick={onClick}>
      {label}
    </Anchor>
  );
}
