/** The Worker as it answers over HTTP, on a migrated database with the sites a test asks for. */
import { applyD1Migrations } from "cloudflare:test";
import { env, exports } from "cloudflare:workers";

export const OPERATOR = { authorization: "Bearer pa-test-operator-token-0123456789" };

/** A request under the name of the platform (null) or of a site. */
export function call(slug: string | null, path: string, init: RequestInit = {}): Promise<Response> {
  const host = slug === null ? "localhost" : `${slug}.localhost`;
  return exports.default.fetch(
    new Request(`http://${host}${path}`, { redirect: "manual", ...init }),
  );
}

export async function configure(...sites: Record<string, unknown>[]): Promise<void> {
  await applyD1Migrations(env.DB, env.TEST_MIGRATIONS);
  const applied = await call(null, "/api/platform/config", {
    method: "POST",
    headers: { ...OPERATOR, "content-type": "application/json" },
    body: JSON.stringify({ config: { sites } }),
  });
  if (applied.status !== 200) throw new Error(await applied.text());
}

export const post = (body: unknown, headers: Record<string, string> = {}): RequestInit => ({
  method: "POST",
  headers: { "content-type": "application/json", ...headers },
  body: typeof body === "string" ? body : JSON.stringify(body),
});

export async function errorOf(response: Response): Promise<Record<string, unknown>> {
  const { error } = (await response.json()) as { error: Record<string, unknown> };
  return error;
}
