/** What is asked at once: one target, or two to compare. Which, the address says. */
import { useTexts } from "../../lib/i18n.ts";
import { useSearchState } from "../../lib/use-search-state.ts";
import type { Parameters, Question } from "./request.ts";
import type { Target } from "./targets.ts";
import { playgroundTexts } from "./texts.ts";
import { type Lane, useLane } from "./use-lane.ts";

export interface Side {
  label: string;
  lane: Lane;
  target: Target | null;
  onTarget: (name: string) => void;
}

export type PlaygroundSearch = "target" | "against";

export function useSides(targets: readonly Target[]) {
  const t = useTexts(playgroundTexts);
  const { search, setSearch } = useSearchState<PlaygroundSearch>();
  const lanes = { target: useLane(), against: useLane() };
  const two = search.against !== undefined;
  const named = (name: string | undefined) => targets.find((one) => one.name === name) ?? null;
  const side = (which: PlaygroundSearch, label: string, target: Target | null): Side => ({
    label,
    lane: lanes[which],
    target,
    onTarget: (name) => setSearch({ [which]: name }),
  });
  const first = search.target === undefined ? (targets[0] ?? null) : named(search.target);
  const sides: [Side, ...Side[]] = [side("target", two ? t.targetOf.first : t.target, first)];
  if (two) sides.push(side("against", t.targetOf.second, named(search.against)));
  return {
    sides,
    two,
    compare: (on: boolean) => {
      const other = targets.find(({ name }) => name !== first?.name) ?? targets[0];
      lanes.against.clear();
      setSearch({ against: on ? other?.name : undefined });
    },
  };
}

/** The request in the box; where the box is empty, the one before. */
export function bodyShown({ lane, target }: Side, parameters: Parameters, question: Question) {
  const last = lane.turns.at(-1);
  const written = question.text.trim() !== "" || question.images.length > 0;
  return !written && last
    ? last.live.latest.body
    : lane.bodyFor(target?.name ?? "", parameters, question);
}
