/** One scripted upstream for all tests that run inside workerd; its address is `inject("upstreamUrl")`. */
import type { TestProject } from "vitest/node";
import { startUpstream } from "./upstream.ts";

declare module "vitest" {
  interface ProvidedContext {
    upstreamUrl: string;
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const upstream = await startUpstream();
  project.provide("upstreamUrl", upstream.url);
  return () => upstream.close();
}
