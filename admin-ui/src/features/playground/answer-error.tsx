/** Why there is no answer, and what to do about it. */
import type { UsageRecord } from "@contract";
import { Alert, Text } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { useMe } from "../../app/session.tsx";
import { LinkAnchor } from "../../components/links.tsx";
import { useTexts } from "../../lib/i18n.ts";
import { adviceFor, type Remedy } from "./advice.ts";
import type { AnswerError as Failed } from "./exchange.ts";
import { playgroundTexts } from "./texts.ts";

interface Props {
  error: Failed;
  record: UsageRecord | undefined;
}

export function AnswerError({ error, record }: Props) {
  const t = useTexts(playgroundTexts);
  const { advice, remedy } = adviceFor(error.code);
  const failed = record?.attempts.findLast(({ outcome }) => outcome !== "ok");
  // What the caller was told in full is not told twice.
  const detail = failed?.detail === error.message ? null : failed?.detail;
  const said = [failed?.outcome, detail].filter(Boolean).join(" – ");
  return (
    <Alert color="red" icon={<IconAlertTriangle aria-hidden />} title={<code>{error.code}</code>}>
      <Text size="sm">{error.message}</Text>
      {failed && said && (
        <Text size="sm" mt={4} style={{ overflowWrap: "anywhere" }}>
          {t.upstreamSaid(failed.connection, said)}
        </Text>
      )}
      <Text size="sm" mt={4}>
        {t.advice[advice]} <RemedyLink remedy={remedy} />
      </Text>
    </Alert>
  );
}

const PLACES = {
  connections: "/connections",
  models: "/models",
  agents: "/agents",
  levels: "/levels",
  log: "/requests",
} as const;

function RemedyLink({ remedy }: { remedy: Remedy | null }) {
  const t = useTexts(playgroundTexts);
  const me = useMe();
  if (remedy === null) return null;
  const look = { size: "sm", underline: "always" } as const;
  if (remedy === "grant") {
    return (
      <LinkAnchor to="/users" search={{ open: me.id }} {...look}>
        {t.links.grant}
      </LinkAnchor>
    );
  }
  return (
    <LinkAnchor to={PLACES[remedy]} {...look}>
      {t.links[remedy]}
    </LinkAnchor>
  );
}
