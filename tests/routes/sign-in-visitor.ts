/** Somebody at a site's log-in page, with a browser's cookies, who follows the ways to providers. */
import { env, exports } from "cloudflare:workers";
import { inject } from "vitest";
import type { ProviderInput } from "../../src/contract/providers.ts";
import { openD1 } from "../../src/store/database.ts";
import { findByEmail } from "../../src/store/users.ts";
import { CLIENT } from "../support/upstream-identity-client.ts";
import { type Person, signIn } from "./person.ts";
import { configure } from "./support.ts";

export const PASSWORD = "correct horse battery";
export const OWNER = "owner@acme.example";

export const upstream = (place: string): string => `${inject("upstreamUrl")}/identity/${place}`;

/** A site with an owner and two members; both e-mails of the latter are verified. */
export async function makeSite(slug: string, more: Record<string, unknown> = {}): Promise<Person> {
  const user = (email: string, role = "member") => ({ email, password: PASSWORD, role });
  await configure({
    slug,
    name: slug,
    levels: [
      { slug: "free", name: "Free", default: true },
      { slug: "staff", name: "Staff" },
    ],
    users: [user(OWNER, "owner"), user("ann@acme.example"), user("bob@other.example")],
    ...more,
  });
  const verify =
    "UPDATE users SET email_verified_at = 1 WHERE site_id IN (SELECT id FROM sites WHERE slug = ?)";
  await env.DB.prepare(verify).bind(slug).run();
  return await signIn(slug, OWNER, PASSWORD);
}

export async function addProvider(
  owner: Person,
  input: Partial<ProviderInput> & Pick<ProviderInput, "slug" | "kind">,
): Promise<string> {
  const body = { name: input.slug, settings: {}, ...input };
  const made = await owner.json<{ id: string }>("POST", "/api/admin/sign-in/providers", body);
  return made.id;
}

/** An issuer of the scripted server, with one flaw or none, as a provider. */
export const oidc = (slug: string, place = "oidc", more: Partial<ProviderInput> = {}) => ({
  slug,
  kind: "oidc" as const,
  settings: { issuer: upstream(place), clientId: CLIENT.id },
  secret: { clientSecret: CLIENT.secret },
  ...more,
});

export class Visitor {
  readonly #origin: string;
  readonly cookies = new Map<string, string>();

  constructor(host: string) {
    this.#origin = `http://${host}`;
  }

  async fetch(path: string, init: RequestInit = {}): Promise<Response> {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const response = await exports.default.fetch(
      new Request(new URL(path, this.#origin), {
        redirect: "manual",
        ...init,
        headers: { cookie, ...Object.fromEntries(new Headers(init.headers)) },
      }),
    );
    for (const line of response.headers.getSetCookie()) {
      const [pair = ""] = line.split(";");
      const [name = "", value = ""] = pair.split("=");
      if (value === "") this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
    return response;
  }

  async post(path: string, body: unknown): Promise<Response> {
    const headers = { origin: this.#origin, "content-type": "application/json" };
    return await this.fetch(path, { method: "POST", headers, body: JSON.stringify(body) });
  }

  async logIn(email: string): Promise<Response> {
    return await this.post("/api/auth/login", { email, password: PASSWORD });
  }

  /** Where an answer leads to. */
  static to(response: Response): string {
    return response.headers.get("location") ?? "";
  }

  /** Goes to a provider: its page's address. */
  async start(slug: string, next?: string): Promise<URL> {
    const query = next === undefined ? "" : `?${new URLSearchParams({ next })}`;
    return new URL(
      Visitor.to(await this.fetch(`/api/auth/providers/${slug}/start${query}`)),
      this.#origin,
    );
  }

  /** Consents at the scripted issuer as `claims`: the way back, as an address here. */
  static async consent(page: URL, claims?: Record<string, unknown>): Promise<string> {
    const asked = new URL(page);
    if (claims) asked.searchParams.set("as", JSON.stringify(claims));
    const { pathname, search } = new URL(Visitor.to(await fetch(asked, { redirect: "manual" })));
    return pathname + search;
  }

  /** There and back: where it ended. */
  async walk(slug: string, claims?: Record<string, unknown>, next?: string): Promise<string> {
    const back = await Visitor.consent(await this.start(slug, next), claims);
    return Visitor.to(await this.fetch(back));
  }

  /** Null: nobody is signed in. */
  async me(): Promise<{ id: string; email: string; role: string; level: { slug: string } } | null> {
    const boot = (await (await this.fetch("/api/auth/boot")).json()) as { me: never };
    return boot.me;
  }
}

/** The row of a user by his e-mail. */
export async function userRow(slug: string, email: string) {
  const site = await env.DB.prepare("SELECT id FROM sites WHERE slug = ?")
    .bind(slug)
    .first<{ id: string }>();
  return await findByEmail(openD1(env.DB), site?.id ?? "", email);
}
