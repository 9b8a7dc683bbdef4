import type { OwnHost } from "@contract";
import { Alert, Badge, Button, Group, Text } from "@mantine/core";
import { IconAlertTriangle, IconInfoCircle } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useMe } from "../../app/session.tsx";
import { useConfirm } from "../../components/confirm.tsx";
import { call } from "../../lib/api.ts";
import { commonTexts } from "../../lib/common-texts.ts";
import { useFormats } from "../../lib/format.ts";
import { useTexts } from "../../lib/i18n.ts";
import { useNotify } from "../../lib/notify.tsx";
import { HostProgress } from "./host-progress.tsx";
import { HostRecords } from "./host-records.tsx";
import classes from "./hosts.module.css";
import { problemTexts } from "./problem-texts.ts";
import { hostTexts } from "./texts.ts";

const COLORS = { pending: "yellow", proven: "blue", live: "green", failed: "red", lost: "red" };
/** On the way, and nothing that somebody did wrong. */
const MILD = new Set([
  "proof_missing",
  "proof_differs",
  "address_missing",
  "certificate_pending",
  "provider_busy",
]);

interface Props {
  host: OwnHost;
  certificates: "cloudflare" | "own";
}

export function HostCard({ host, certificates }: Props) {
  const t = useTexts(hostTexts);
  const hasTrouble = host.status === "live" && host.problem !== null;
  return (
    <article className={classes.host} aria-label={host.host}>
      <Group justify="space-between" gap="sm">
        <Group gap="sm">
          <h3 className={classes.name}>{host.host}</h3>
          <Badge color={hasTrouble ? "orange" : COLORS[host.status]}>
            {hasTrouble ? t.attention : t.statuses[host.status]}
          </Badge>
        </Group>
        <HostActions host={host} />
      </Group>
      <HostProgress host={host} certificates={certificates} />
      {host.fromFile && <Text size="sm">{t.fromFile}</Text>}
      <Problem host={host} />
      {host.status === "live" && !hasTrouble ? (
        <details>
          <summary>{t.records}</summary>
          <HostRecords host={host} certificates={certificates} />
        </details>
      ) : (
        <HostRecords host={host} certificates={certificates} />
      )}
      <LastCheck host={host} />
    </article>
  );
}

function LastCheck({ host }: { host: OwnHost }) {
  const t = useTexts(hostTexts);
  const format = useFormats();
  if (host.checkedAt === null) {
    return (
      <Text size="xs" c="dimmed">
        {t.notYet}
      </Text>
    );
  }
  const isWatched = host.nextCheckAt !== null;
  const next =
    host.nextCheckAt === null ? t.notAgain : t.nextCheck(format.dateTime(host.nextCheckAt));
  return (
    <Text size="xs" c="dimmed">
      {t.checkedAgo(format.ago(host.checkedAt))}
      {(isWatched || !host.fromFile) && ` · ${next}`}
    </Text>
  );
}

/** What stands in the way, what to do, and what was seen. */
function Problem({ host }: { host: OwnHost }) {
  const t = useTexts(hostTexts);
  const { problems, said } = useTexts(problemTexts);
  const format = useFormats();
  if (host.problem === null) return null;
  const { code, detail } = host.problem;
  const isMild = MILD.has(code) && host.status !== "live";
  return (
    <Alert
      color={isMild ? "blue" : host.status === "live" ? "orange" : "red"}
      icon={isMild ? <IconInfoCircle aria-hidden /> : <IconAlertTriangle aria-hidden />}
      title={problems[code].what}
      role="status"
    >
      <Text size="sm">{problems[code].todo}</Text>
      {host.lostAt !== null && <Text size="sm">{t.lostAt(format.dateTime(host.lostAt))}</Text>}
      {detail !== "" && (
        <Text size="sm" mt={4} style={{ overflowWrap: "anywhere" }}>
          {said(detail)}
        </Text>
      )}
    </Alert>
  );
}

function HostActions({ host: { host, status } }: { host: OwnHost }) {
  const t = useTexts(hostTexts);
  const common = useTexts(commonTexts);
  const notify = useNotify();
  const confirm = useConfirm();
  const mayChange = useMe().permissions.includes("site.write");
  const queries = useQueryClient();
  const refresh = () => queries.invalidateQueries({ queryKey: ["hosts"] });
  const check = useMutation({
    mutationFn: () => call("POST /api/admin/hosts/{host}/check", { params: { host } }),
    onSuccess: refresh,
    onError: notify.failed,
  });
  const remove = async () => {
    await call("DELETE /api/admin/hosts/{host}", { params: { host } });
    await refresh();
    notify.done(t.removed(host));
  };
  const ask = () =>
    confirm.ask({
      title: t.removeTitle(host),
      effect: t.removeEffect(host),
      action: common.remove,
      run: remove,
    });
  return (
    <Group gap="xs">
      {status === "live" && (
        <Button
          component="a"
          href={`https://${host}/`}
          target="_blank"
          rel="noreferrer"
          size="xs"
          variant="default"
          aria-label={`${t.visit}: ${host}`}
        >
          {t.visit}
        </Button>
      )}
      {mayChange && (
        <>
          <Button
            size="xs"
            variant="default"
            loading={check.isPending}
            onClick={() => check.mutate()}
            aria-label={`${t.check}: ${host}`}
          >
            {t.check}
          </Button>
          <Button
            size="xs"
            variant="subtle"
            color="red"
            onClick={ask}
            aria-label={`${common.remove}: ${host}`}
          >
            {common.remove}
          </Button>
        </>
      )}
      {confirm.dialog}
    </Group>
  );
}
