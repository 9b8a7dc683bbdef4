/** Why a mail was not taken: what an admin can do something about, in a closed list. */
export const MAIL_PROBLEMS = [
  "settings",
  "connect",
  "tls",
  "login",
  "sender",
  "recipient",
  "refused",
  "timeout",
  "unreachable",
] as const;
export type MailProblem = (typeof MAIL_PROBLEMS)[number];

/** `detail` is what the other side said, for the outbox; without secrets. */
export class MailError extends Error {
  readonly problem: MailProblem;
  readonly detail: string;
  constructor(problem: MailProblem, detail: string) {
    super(`${problem}: ${detail}`);
    this.problem = problem;
    this.detail = detail;
  }
}
