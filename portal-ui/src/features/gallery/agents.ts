/** The gallery's order and search. */
import type { PortalAgent } from "@contract/portal.ts";

const fold = (text: string) => text.normalize("NFKC").toLowerCase();

/** Agents whose name, description, group or target has every word of the search. */
export function searchAgents(agents: readonly PortalAgent[], search: string): PortalAgent[] {
  const words = fold(search).split(/\s+/).filter(Boolean);
  return agents.filter((agent) => {
    const text = fold(`${agent.name} ${agent.description} ${agent.group} ${agent.target}`);
    return words.every((word) => text.includes(word));
  });
}

export interface AgentGroup {
  /** Empty for agents without a group. */
  name: string;
  kind: PortalAgent["kind"];
  agents: PortalAgent[];
}

/**
 * Agents by group in the order of their first agent, those without a group after them, bare models
 * last: people come for agents.
 */
export function groupAgents(agents: readonly PortalAgent[]): AgentGroup[] {
  const groups = new Map<string, AgentGroup>();
  for (const agent of agents) {
    const name = agent.kind === "model" ? "" : agent.group;
    const key = `${agent.kind} ${name}`;
    const group = groups.get(key) ?? { name, kind: agent.kind, agents: [] };
    group.agents.push(agent);
    groups.set(key, group);
  }
  const rank = (group: AgentGroup) => (group.kind === "model" ? 2 : group.name === "" ? 1 : 0);
  return [...groups.values()].sort((one, other) => rank(one) - rank(other));
}
