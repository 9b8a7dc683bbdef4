/** What calls show of the keys they were made with, kept in the store for every isolate and the console. */
import type { SiteSnapshot } from "../../core/site.ts";
import { disableSecret, enableSecrets, noteHealth } from "../../store/connections.ts";
import type { Services } from "../services.ts";
import type { CallParts } from "./call-parts.ts";

export function keyStateOf({ db }: Services, site: SiteSnapshot): CallParts["tellOfKey"] {
  return async ({ route, secret }, error) => {
    const { connection } = route;
    if (error) {
      // That it is refused still is known.
      if (secret?.disabledReason) return;
      const reason = `${error.reason}: ${error.detail}`;
      if (secret) await disableSecret(db, site.id, secret.id, reason);
      const detail = secret?.name ? `${secret.name}: ${reason}` : reason;
      await noteHealth(db, site.id, connection.id, { state: "needs_attention", detail });
    } else if (secret) {
      await enableSecrets(db, site.id, [secret.id]);
      const others = connection.secrets.filter(({ id }) => id !== secret.id);
      if (others.some(({ disabledReason }) => disabledReason !== null)) return;
      await noteHealth(db, site.id, connection.id, { state: "connected", detail: null });
    }
  };
}
