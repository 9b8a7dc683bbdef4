import { Alert, Anchor, Loader, Stack } from "@mantine/core";
import { useEffect, useRef, useState } from "react";
import { call } from "../../lib/api.ts";
import { useErrorText } from "../../lib/errors.ts";
import { useTexts } from "../../lib/i18n.ts";
import { FrontPage } from "../login/front-page.tsx";
import { ownTexts } from "./texts.ts";

/** Trades the ticket in the address for a session. A ticket works once: it is asked with once. */
export function EnterPage() {
  const t = useTexts(ownTexts);
  const errorText = useErrorText();
  const [failure, setFailure] = useState<unknown>(null);
  const asked = useRef(false);
  useEffect(() => {
    if (asked.current) return;
    asked.current = true;
    const ticket = location.hash.slice(1);
    history.replaceState(null, "", "/admin/enter");
    call("POST /api/auth/enter", { body: { ticket } }).then(
      (answer) => {
        // Who has a second factor shows it where everybody logs in.
        const { ticket = "", ways = [] } = "secondFactor" in answer ? answer.secondFactor : {};
        const half = new URLSearchParams({ ticket, ways: ways.join(",") });
        location.replace(ticket ? `/admin/#${half}` : "/admin/");
      },
      (error: unknown) => setFailure(error),
    );
  }, []);
  return (
    <FrontPage
      title={failure === null ? t.entering : t.enterFailed}
      help={failure === null ? t.enteringHelp : ""}
    >
      <Stack align="center">
        {failure === null ? (
          <Loader aria-label={t.entering} />
        ) : (
          <>
            <Alert color="red" role="alert">
              {errorText(failure)}
            </Alert>
            <Anchor href="/admin/">{t.enterAgain}</Anchor>
          </>
        )}
      </Stack>
    </FrontPage>
  );
}
