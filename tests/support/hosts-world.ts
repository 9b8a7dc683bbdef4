/** A test's own world of the scripted resolvers and Cloudflare, told over HTTP what to answer. */
import type { HostsEnvironment } from "../../src/core/environment.ts";
import { CLOUDFLARE, type Hostname, type Said } from "./upstream-hosts.ts";

export interface HostsWorld {
  /** What a Portico in this world is set up with. */
  environment: HostsEnvironment;
  say(said: Said): Promise<void>;
  heard(): Promise<{ heard: string[]; hostnames: Hostname[] }>;
}

export function makeWorld(base: string, more: { cloudflare: boolean }): HostsWorld {
  const url = `${base}/${crypto.randomUUID()}`;
  return {
    environment: {
      cnameTarget: "customers.portico.cn",
      resolvers: [`${url}/dns/a`, `${url}/dns/b`],
      cloudflare: more.cloudflare ? { api: `${url}/cf`, ...CLOUDFLARE } : null,
    },
    say: async (said) => {
      const answer = await fetch(`${url}/say`, { method: "POST", body: JSON.stringify(said) });
      if (!answer.ok) throw new Error(await answer.text());
      await answer.body?.cancel();
    },
    heard: async () =>
      (await (await fetch(`${url}/heard`)).json()) as { heard: string[]; hostnames: Hostname[] },
  };
}
