/** The world outside own domains for tests inside workerd; its address is `inject("hostsUrl")`. */
import type { TestProject } from "vitest/node";
import { type HostsUpstream, startHostsUpstream } from "./upstream-hosts.ts";

declare module "vitest" {
  interface ProvidedContext {
    hostsUrl: string;
  }
}

let upstream: HostsUpstream | null = null;

export async function setup(project: TestProject): Promise<void> {
  upstream = await startHostsUpstream();
  project.provide("hostsUrl", upstream.url);
}

export async function teardown(): Promise<void> {
  await upstream?.close();
}
