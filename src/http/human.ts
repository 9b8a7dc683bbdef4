/** Endpoints that programs must not call in great numbers, where the site asks Turnstile. */
import type { Endpoint } from "../contract/endpoint.ts";
import { HUMAN_HEADER } from "../contract/human.ts";
import { requireHuman, requireHumanAfterFailures } from "../services/identity/turnstile.ts";
import { addressOf } from "./address.ts";
import type { AppContext } from "./app.ts";

/** `body`: parsed already; `after_failures` counts by its e-mail. */
export async function requireHumanFor(
  c: AppContext,
  human: NonNullable<Endpoint["human"]>,
  body: unknown,
): Promise<void> {
  const { services, site } = c.var;
  const proof = {
    token: c.req.header(HUMAN_HEADER),
    origin: new URL(c.req.url).origin,
    address: addressOf(c),
  };
  if (human === "always") return await requireHuman(services, site, proof);
  const { email } = body as { email: string };
  await requireHumanAfterFailures(services, site, email, proof);
}
