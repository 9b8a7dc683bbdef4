/** What the log-in and register forms check before asking the server. */
import type { Dictionary } from "../../lib/i18n.ts";

export const PASSWORD_MIN = 8;

export function emailProblem(email: string, text: Dictionary): string | null {
  if (email.trim() === "") return text.fieldNeeded;
  // Only what is surely wrong: the server knows better.
  return /^[^\s@]+@[^\s@]+$/.test(email.trim()) ? null : text.emailInvalid;
}

/** A new password; an existing one may be any. */
export function newPasswordProblem(password: string, text: Dictionary): string | null {
  if (password === "") return text.fieldNeeded;
  return [...password].length < PASSWORD_MIN ? text.passwordShort : null;
}

/** Puts the focus on the first field that has a problem. */
export function focusFirstProblem(form: HTMLFormElement): void {
  requestAnimationFrame(() => form.querySelector<HTMLElement>("[aria-invalid=true]")?.focus());
}
