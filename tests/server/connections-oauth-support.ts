/** A site whose connections ask for consent, and the people who give it. */

import type { LocalAnswer } from "../../scripts/local-request.ts";
import type { Connection } from "../../src/contract/admin-connections.ts";
import { startUpstream, type Upstream } from "../support/upstream.ts";
import { COZE_APP } from "../support/upstream-coze-oauth.ts";
import {
  clientOf,
  type GatewayClient,
  keyOf,
  startTestPortico,
  type TestPortico,
} from "./support.ts";
import { hostOf, type Visitor, visitor } from "./visitor.ts";

export const CALLBACK = "/api/callback/coze/oauth";

const person = (slug: string, name: string, role: string) => ({
  email: `${name}@${slug}.example`,
  password: `password-of-${name}`,
  role,
  credits: 1000,
  apiKeys: [{ name: "k", key: keyOf(`${slug}-${name}`) }],
});

export const connectionNamed = (upstream: Upstream, id: string) => ({
  id,
  connector: "coze",
  settings: { baseUrl: `${upstream.url}/coze` },
  secrets: [COZE_APP],
});

const siteOf = (upstream: Upstream, slug: string, connections: string[]) => ({
  slug,
  name: slug,
  connections: connections.map((id) => connectionNamed(upstream, id)),
  agents: connections.map((id) => ({
    slug: id,
    name: id,
    target: { connection: id, agent: "70" },
    price: { perMessage: 1 },
  })),
  users: [person(slug, "boss", "owner"), person(slug, "aide", "admin")],
});

export interface Consenting {
  upstream: Upstream;
  portico: TestPortico;
  config: unknown;
  boss: Visitor;
  aide: Visitor;
  /** Owner of another site. */
  stranger: Visitor;
  client: GatewayClient;
  connection(id: string): Promise<Connection>;
  /** The platform's page that a person is sent to. */
  begin(who: Visitor, id: string): Promise<URL>;
  /** The address that the platform sends back to once the person has consented. */
  consent(page: URL): Promise<URL>;
  come(who: Visitor, back: URL): Promise<LocalAnswer>;
  authorise(id: string): Promise<void>;
  stop(): Promise<void>;
}

export async function startConsenting(connections: string[]): Promise<Consenting> {
  const upstream = await startUpstream();
  const config = {
    sites: [siteOf(upstream, "acme", connections), siteOf(upstream, "other", ["theirs"])],
  };
  const portico = await startTestPortico(config);
  const loggedIn = async (slug: string, name: string) => {
    const one = visitor(portico.origin, hostOf(portico, slug));
    await one.logIn(`${name}@${slug}.example`, `password-of-${name}`);
    return one;
  };
  const boss = await loggedIn("acme", "boss");
  const all = (who: Visitor) =>
    who.json<{ data: Connection[] }>("GET", "/api/admin/connections").then(({ data }) => data);
  const find = async (who: Visitor, id: string) => {
    const found = (await all(who)).find((one) => one.id === id);
    if (!found) throw new Error(`no connection ${id}`);
    return found;
  };
  const begin: Consenting["begin"] = async (who, id) => {
    const secret = (await find(who, id)).secrets[0]?.id;
    const path = `/api/admin/connections/${id}/authorise`;
    return new URL((await who.json<{ url: string }>("POST", path, { secret })).url);
  };
  const consent: Consenting["consent"] = async (page) => {
    const answer = await fetch(page, { redirect: "manual" });
    return new URL(answer.headers.get("location") ?? "");
  };
  const come: Consenting["come"] = (who, back) => who.call("GET", back.pathname + back.search);
  return {
    upstream,
    portico,
    config,
    boss,
    aide: await loggedIn("acme", "aide"),
    stranger: await loggedIn("other", "boss"),
    client: clientOf(portico, keyOf("acme-boss")),
    connection: (id) => find(boss, id),
    begin,
    consent,
    come,
    authorise: async (id) => {
      const { headers } = await come(boss, await consent(await begin(boss, id)));
      if (headers.location !== `/admin/connections/${id}/publish`) {
        throw new Error(`not authorised: ${headers.location}`);
      }
    },
    stop: async () => {
      await portico.stop();
      await upstream.close();
    },
  };
}
