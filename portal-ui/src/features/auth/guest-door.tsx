import { useEffect, useState } from "react";
import { Redirect } from "wouter";
import { becomeGuest } from "../../app/session.ts";
import { Spinner } from "../../components/states.tsx";
import { api } from "../../lib/api.ts";
import { type Locale, useLocale } from "../../lib/i18n.ts";

const NAMES: Record<Locale, string> = { en: "Guest", "zh-CN": "访客" };

async function begin(name: string): Promise<void> {
  await api("POST /api/auth/guest");
  becomeGuest({
    ...{ id: "guest", email: "", name, role: "member", permissions: [], locale: null },
    ...{ level: null, levelExpiresAt: null, endedLevel: null },
  });
}

/** Lets somebody in who has no account; whom the site does not take logs in. */
export function GuestDoor() {
  const name = NAMES[useLocale()];
  const [refused, setRefused] = useState(false);
  useEffect(() => {
    begin(name).catch(() => setRefused(true));
  }, [name]);
  return refused ? <Redirect to="/login" replace /> : <Spinner />;
}
