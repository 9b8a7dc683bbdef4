/** One scripted upstream for all tests that run inside workerd; its address is `inject("upstreamUrl")`. */
import type { TestProject } from "vitest/node";
import { startUpstream, type Upstream } from "./upstream.ts";

declare module "vitest" {
  interface ProvidedContext {
    upstreamUrl: string;
  }
}

let upstream: Upstream | null = null;

export async function setup(project: TestProject): Promise<void> {
  upstream = await startUpstream();
  project.provide("upstreamUrl", upstream.url);
}

export async function teardown(): Promise<void> {
  await upstream?.close();
}
