/** Two tenants that have one of everything, and the people who try each other's doors. */
import { startUpstream, type Upstream } from "../support/upstream.ts";
import { siteConfig } from "./site.ts";
import { keyOf, startTestPortico, type TestPortico } from "./support.ts";
import { hostOf, type Visitor, visitor } from "./visitor.ts";

export interface TwoSites {
  upstream: Upstream;
  portico: TestPortico;
  /** Of the site `acme`. */
  owner: Visitor;
  member: Visitor;
  /** Of the site `other`. */
  strangerOwner: Visitor;
  operator: Visitor;
  stop(): Promise<void>;
}

const OPERATOR = { email: "root@portico.example", password: "password-of-root" };

type Site = { slug: string; users: object[]; connections: object[]; [part: string]: unknown };

/** The second has things with names of its own. */
function config(upstreamUrl: string): unknown {
  const { sites } = siteConfig(upstreamUrl) as { sites: [Site, Site] };
  const [acme, other] = sites;
  const line = {
    id: "line",
    connector: "openai-compatible",
    settings: { baseUrl: upstreamUrl },
    secrets: [{ apiKey: "sk-line-of-other-0123456789" }],
  };
  const adviser = {
    slug: "adviser",
    name: "Adviser",
    target: { model: "up/ok" },
    price: { perMessage: 1 },
  };
  return {
    sites: [
      { ...acme, users: [...acme.users, boss("acme")] },
      {
        ...other,
        edition: "standard",
        hosts: ["ai.other.example"],
        users: [...other.users, boss("other")],
        connections: [...other.connections, line],
        agents: [adviser],
      },
    ],
  };
}

const boss = (slug: string) => ({
  email: `boss@${slug}.example`,
  password: `password-of-boss-of-${slug}`,
  role: "owner",
  credits: 100,
  apiKeys: [{ name: "k", key: keyOf(`boss-${slug}`) }],
});

export async function startTwoSites(): Promise<TwoSites> {
  const upstream = await startUpstream();
  const portico = await startTestPortico(config(`${upstream.url}/v1`), {
    env: { PORTICO_OWNER_EMAIL: OPERATOR.email, PORTICO_OWNER_PASSWORD: OPERATOR.password },
  });
  const loggedIn = async (slug: string | null, email: string, password: string) => {
    const person = visitor(portico.origin, hostOf(portico, slug));
    await person.logIn(email, password);
    return person;
  };
  return {
    upstream,
    portico,
    owner: await loggedIn("acme", "boss@acme.example", "password-of-boss-of-acme"),
    member: await loggedIn("acme", "ann@acme.example", "password-of-ann"),
    strangerOwner: await loggedIn("other", "boss@other.example", "password-of-boss-of-other"),
    operator: await loggedIn(null, OPERATOR.email, OPERATOR.password),
    stop: async () => {
      await portico.stop();
      await upstream.close();
    },
  };
}
