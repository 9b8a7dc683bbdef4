/** Accounts that consent at their platform: what the platform must know, and the way there and back. */
import type { Connection, ConnectorInfo, ConsentOutcome } from "@contract";
import { Alert, Button, Group, Input, Text } from "@mantine/core";
import { IconAlertTriangle, IconCircleCheck, IconExternalLink } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { CopyText } from "../../components/copy.tsx";
import { call } from "../../lib/api.ts";
import { useLocalText, useTexts } from "../../lib/i18n.ts";
import { useNotify } from "../../lib/notify.tsx";
import { useSearchState } from "../../lib/use-search-state.ts";
import { connectionTexts } from "./texts.ts";

/** Of the host that the admin is on: the platform sends back to this very one. */
export function RedirectUrl({ connector }: { connector: ConnectorInfo }) {
  const t = useTexts(connectionTexts);
  const local = useLocalText();
  if (connector.callbackPath === null) return null;
  return (
    <Input.Wrapper
      label={t.redirectUrl}
      labelElement="div"
      description={t.redirectHelp(local(connector.label))}
    >
      <CopyText value={location.origin + connector.callbackPath} label={t.copyRedirect} />
    </Input.Wrapper>
  );
}

interface Asked {
  connection: string;
  secret: string;
}

/** Leaves the console for the platform's page. */
export function useConsent() {
  const notify = useNotify();
  return useMutation({
    mutationFn: ({ connection, secret }: Asked) =>
      call("POST /api/admin/connections/{id}/authorise", {
        params: { id: connection },
        body: { secret },
      }),
    onSuccess: ({ url }) => location.assign(url),
    onError: notify.failed,
  });
}

/** What credentials that were just written wait for; null: nothing. */
export function awaitedConsent(
  { id, secrets }: Connection,
  before: Connection["secrets"] = [],
): Asked | null {
  const known = new Set(before.map((secret) => secret.id));
  const waiting = secrets.find((secret) => secret.authorised === false && !known.has(secret.id));
  return waiting ? { connection: id, secret: waiting.id } : null;
}

interface StateProps extends Asked {
  connector: ConnectorInfo;
  authorised: boolean;
}

export function ConsentState({ connection, secret, connector, authorised }: StateProps) {
  const t = useTexts(connectionTexts);
  const local = useLocalText();
  const consent = useConsent();
  const Icon = authorised ? IconCircleCheck : IconAlertTriangle;
  return (
    <>
      <Group gap={6} wrap="nowrap" c={authorised ? "green" : "orange"}>
        <Icon size={16} aria-hidden />
        <Text size="sm">{authorised ? t.authorised : t.notAuthorised}</Text>
      </Group>
      <Button
        size="compact-sm"
        variant={authorised ? "default" : "filled"}
        leftSection={<IconExternalLink size={14} aria-hidden />}
        loading={consent.isPending || consent.isSuccess}
        onClick={() => consent.mutate({ connection, secret })}
      >
        {authorised ? t.authoriseAgain : t.authorise(local(connector.label))}
      </Button>
    </>
  );
}

/** Why the way back did not end at the list of agents. */
export function ConsentNotice() {
  const t = useTexts(connectionTexts);
  const { search, setSearch } = useSearchState<"consent">();
  const why = t.consentFailures[search.consent as Exclude<ConsentOutcome, "done">];
  if (!why) return null;
  return (
    <Alert
      color="red"
      mb="lg"
      icon={<IconAlertTriangle aria-hidden />}
      title={t.consentFailed}
      withCloseButton
      closeButtonLabel={t.dismiss}
      onClose={() => setSearch({ consent: undefined })}
    >
      {why}
    </Alert>
  );
}
