/** What can be asked: the agents and chat models that are switched on. */
import type { Agent, Model } from "@contract";

export interface Target {
  /** As an app names it: `agent/<slug>` or the model's name. */
  name: string;
  label: string;
  kind: "agent" | "model";
  vision: boolean;
}

export function targetsOf(agents: readonly Agent[], models: readonly Model[]): Target[] {
  return [
    ...agents
      .filter(({ enabled }) => enabled)
      .map(({ slug, name, vision }) => {
        return { name: `agent/${slug}`, label: name, kind: "agent" as const, vision };
      }),
    ...models
      .filter(({ enabled, kind }) => enabled && kind === "chat")
      .map(({ name, vision }) => ({ name, label: name, kind: "model" as const, vision }))
      .sort((a, b) => a.name.localeCompare(b.name)),
  ];
}
