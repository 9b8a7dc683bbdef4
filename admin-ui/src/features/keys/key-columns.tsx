import type { ApiKey } from "@contract";
import { Badge, Text } from "@mantine/core";
import { useMemo } from "react";
import type { Column } from "../../components/table/columns.ts";
import { type Formats, useFormats } from "../../lib/format.ts";
import { useTexts } from "../../lib/i18n.ts";
import { keyTexts } from "./texts.ts";

export type KeyState = "active" | "revoked" | "expired";

export function keyState(key: ApiKey, now = Date.now()): KeyState {
  if (key.revokedAt) return "revoked";
  return key.expiresAt && Date.parse(key.expiresAt) <= now ? "expired" : "active";
}

const COLORS: Record<KeyState, string> = { active: "green", revoked: "gray", expired: "yellow" };

const SHOWN_MODELS = 2;

function limitText(key: ApiKey, t: (typeof keyTexts)["en"], format: Formats): string {
  const { limits, models, addresses } = key;
  const hidden = models.length - SHOWN_MODELS;
  const parts = [
    limits.rpm ? t.rpm(format.number(limits.rpm)) : "",
    limits.creditsPerDay ? t.perDay(format.decimal(limits.creditsPerDay)) : "",
    limits.creditsPerMonth ? t.perMonth(format.decimal(limits.creditsPerMonth)) : "",
    ...models.slice(0, SHOWN_MODELS),
    hidden > 0 ? t.more(hidden) : "",
    addresses.allow.length + addresses.deny.length > 0 ? t.someAddresses : "",
  ];
  return parts.filter(Boolean).join(" · ") || "–";
}

/** The columns that both lists of keys have: the site's, and one user's. */
export function useKeyColumns<Key extends ApiKey>(): Column<Key>[] {
  const t = useTexts(keyTexts);
  const format = useFormats();
  return useMemo(
    () => [
      {
        id: "name",
        header: t.columns.name,
        phone: "title",
        sortBy: (key) => key.name,
        render: (key) => (
          <Text size="sm" fw={550} component="span">
            {key.name}
          </Text>
        ),
      },
      {
        id: "prefix",
        header: t.columns.prefix,
        render: (key) => <code>{key.prefix}…</code>,
      },
      {
        id: "state",
        header: t.columns.state,
        sortBy: (key) => keyState(key),
        render: (key) => {
          const state = keyState(key);
          return <Badge color={COLORS[state]}>{t.states[state]}</Badge>;
        },
      },
      {
        id: "limits",
        header: t.columns.limits,
        render: (key) => limitText(key, t, format),
      },
      {
        id: "created",
        header: t.columns.created,
        sortBy: (key) => key.createdAt,
        render: (key) => format.date(key.createdAt),
      },
      {
        id: "expires",
        header: t.columns.expires,
        sortBy: (key) => key.expiresAt ?? "9999",
        render: (key) => (key.expiresAt ? format.date(key.expiresAt) : t.never),
      },
    ],
    [t, format],
  );
}
