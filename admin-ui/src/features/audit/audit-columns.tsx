import type { AuditEntry } from "@contract";
import { Badge, Text } from "@mantine/core";
import { useMemo } from "react";
import type { Column } from "../../components/table/columns.ts";
import { useFormats } from "../../lib/format.ts";
import { useLocale, useTexts } from "../../lib/i18n.ts";
import { actionName } from "./action-name.ts";
import { auditTexts } from "./texts.ts";

const COLORS: Record<AuditEntry["outcome"], string> = {
  done: "green",
  refused: "yellow",
  failed: "red",
  unfinished: "gray",
};

export function OutcomeBadge({ entry }: { entry: Pick<AuditEntry, "outcome" | "code"> }) {
  const t = useTexts(auditTexts);
  return (
    <Badge color={COLORS[entry.outcome]} title={entry.code ?? undefined}>
      {t.outcomes[entry.outcome]}
    </Badge>
  );
}

/** Who it was: the name, or what is known in its place. */
export function useActorName(): (actor: AuditEntry["actor"]) => string {
  const t = useTexts(auditTexts);
  return ({ kind, name, id }) => {
    if (kind === "user") return name || id;
    return name ? `${t.actors[kind]} (${name})` : t.actors[kind];
  };
}

export const targetName = (target: AuditEntry["target"]): string =>
  target ? target.name || target.id : "–";

export function useAuditColumns(): Column<AuditEntry>[] {
  const t = useTexts(auditTexts);
  const { locale } = useLocale();
  const format = useFormats();
  const actorName = useActorName();
  return useMemo(
    () => [
      {
        id: "at",
        header: t.columns.at,
        nowrap: true,
        render: (entry) => (
          <Text size="sm" component="span" className="portico-numbers">
            {format.timestamp(entry.at)}
          </Text>
        ),
      },
      {
        id: "action",
        header: t.columns.action,
        phone: "title",
        render: (entry) => actionName(entry.action, locale),
      },
      {
        id: "outcome",
        header: t.columns.outcome,
        nowrap: true,
        render: (entry) => <OutcomeBadge entry={entry} />,
      },
      { id: "actor", header: t.columns.actor, render: (entry) => actorName(entry.actor) },
      { id: "target", header: t.columns.target, render: (entry) => targetName(entry.target) },
      {
        id: "address",
        header: t.columns.address,
        phone: "hidden",
        render: (entry) => entry.address ?? "–",
      },
    ],
    [t, locale, format, actorName],
  );
}
