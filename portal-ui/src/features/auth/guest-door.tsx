import { useEffect, useState } from "react";
import { Redirect } from "wouter";
import { becomeGuest } from "../../app/session.ts";
import { Spinner } from "../../components/states.tsx";
import { useText } from "../../lib/i18n.ts";

/** Lets somebody in who has no account; whom the site does not take logs in. */
export function GuestDoor() {
  const text = useText();
  const [refused, setRefused] = useState(false);
  useEffect(() => {
    becomeGuest(text.guest).catch(() => setRefused(true));
  }, [text.guest]);
  return refused ? <Redirect to="/login" replace /> : <Spinner />;
}
