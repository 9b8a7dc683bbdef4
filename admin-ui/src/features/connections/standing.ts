/** How a connection stands, and what would mend it. */
import type { Connection } from "@contract";

export type Standing = Connection["health"] | "expired";
/** What to do: consent again, a new secret, or a look at the reason. */
export type Remedy = "consent" | "secret" | "look";

export interface Stand {
  standing: Standing;
  remedy: Remedy | null;
}

/** Expired: none of its secrets is taken any more, so that only its admin can bring it back. */
export function standOf({ health, secrets }: Pick<Connection, "health" | "secrets">): Stand {
  const isOver = ({ disabledReason, authorised }: Connection["secrets"][number]) =>
    disabledReason !== null || authorised === false;
  if (secrets.length > 0 && secrets.every(isOver)) {
    const mayConsent = secrets.some(({ authorised }) => authorised !== null);
    // What was never tried has not ended.
    const standing = health === "unknown" ? "needs_attention" : "expired";
    return { standing, remedy: mayConsent ? "consent" : "secret" };
  }
  return { standing: health, remedy: health === "needs_attention" ? "look" : null };
}
