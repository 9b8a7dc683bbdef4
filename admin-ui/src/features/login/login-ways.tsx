import type { SecondFactorAsked, SecondFactorWay, SignInAnswer } from "@contract";
import { Alert, Group, Stack } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useSession } from "../../app/session.tsx";
import { ApiError } from "../../lib/api.ts";
import { useErrorText } from "../../lib/errors.ts";
import { useTexts } from "../../lib/i18n.ts";
import { lazyPart } from "../../lib/lazy-part.tsx";
import { LoginForm } from "./login-form.tsx";
import { showPasskey } from "./passkey.ts";
import { LinkLike, SecondFactorForm } from "./second-factor-form.tsx";
import { wayTexts } from "./way-texts.ts";

const CodeForm = lazyPart(async () => (await import("./code-form.tsx")).CodeForm);

type Asked = SecondFactorAsked["secondFactor"];

/** Whoever came back from a provider brings it behind the `#`, which no server and no log sees. */
function askedInAddress(): Asked | null {
  const told = new URLSearchParams(location.hash.slice(1));
  const ticket = told.get("ticket");
  if (!ticket) return null;
  history.replaceState(null, "", `${location.pathname}${location.search}`);
  return { ticket, ways: (told.get("ways") ?? "").split(",") as SecondFactorWay[] };
}

/** The password, or a code, or a passkey; and the second half where there is one. */
export function LoginWays({ email = "" }: { email?: string }) {
  const t = useTexts(wayTexts);
  const errorText = useErrorText();
  const { boot, refresh } = useSession();
  const [asked, setAsked] = useState(askedInAddress);
  const [way, setWay] = useState<"password" | "login" | "reset">("password");
  const enter = async (answer: SignInAnswer) => {
    if ("secondFactor" in answer) setAsked(answer.secondFactor);
    else await refresh();
  };
  const passkey = useMutation({ mutationFn: () => showPasskey(), onSuccess: enter });
  if (asked) {
    return <SecondFactorForm asked={asked} onDone={enter} onStartOver={() => setAsked(null)} />;
  }
  return (
    <Stack>
      {passkey.error && (
        <Alert color="red" role="alert">
          {passkey.error instanceof ApiError ? errorText(passkey.error) : t.passkeyFailed}
        </Alert>
      )}
      {way === "password" ? (
        <LoginForm email={email} onDone={enter} />
      ) : (
        <CodeForm key={way} purpose={way} onDone={enter} />
      )}
      <Group justify="center" gap="md">
        {way !== "password" && (
          <LinkLike label={t.withPassword} onClick={() => setWay("password")} />
        )}
        {way !== "login" && boot.site.emailCode && (
          <LinkLike label={t.withCode} onClick={() => setWay("login")} />
        )}
        {way !== "reset" && boot.site.emailCode && (
          <LinkLike label={t.forgot} onClick={() => setWay("reset")} />
        )}
        {"PublicKeyCredential" in window && (
          <LinkLike label={t.withPasskey} onClick={() => passkey.mutate()} />
        )}
      </Group>
    </Stack>
  );
}
