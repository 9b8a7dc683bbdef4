/** The live runs of this tab, by conversation id; a new conversation's is under `NEW` until named. */
import { useSyncExternalStore } from "react";
import { createFrame, type LiveRun } from "./live-run.ts";

export const NEW = "new";

const runs = new Map<string, LiveRun>();
const aborts = new Map<string, AbortController>();
const listeners = new Set<() => void>();
const tell = () => {
  for (const listener of [...listeners]) listener();
};
const tellInFrame = createFrame(tell);

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export const liveRun = (key: string): LiveRun | null => runs.get(key) ?? null;

/** The conversation's run, at most one new value per frame. */
export function useLiveRun(key: string): LiveRun | null {
  return useSyncExternalStore(subscribe, () => liveRun(key));
}

export function beginRun(key: string, run: LiveRun): AbortSignal {
  const abort = new AbortController();
  runs.set(key, run);
  aborts.set(key, abort);
  tell();
  return abort.signal;
}

/** Changes a run; `now` for what must be seen at once, else with the next frame. */
export function changeRun(key: string, change: (run: LiveRun) => LiveRun, now = false): void {
  const run = runs.get(key);
  if (!run) return;
  runs.set(key, change(run));
  if (now) tell();
  else tellInFrame();
}

/** A new conversation has got its id. */
export function nameRun(from: string, to: string): void {
  const run = runs.get(from);
  const abort = aborts.get(from);
  if (!run || from === to) return;
  runs.delete(from);
  aborts.delete(from);
  runs.set(to, run);
  if (abort) aborts.set(to, abort);
}

export function endRun(key: string): void {
  runs.delete(key);
  aborts.delete(key);
  tell();
}

/** Lets go of every run in this tab; they go on at the server. */
export function abandonRuns(): void {
  for (const abort of aborts.values()) abort.abort();
  runs.clear();
  aborts.clear();
  tell();
}

/** What the page around the messages needs to know; the same text for most events. */
export function useRunPhase(key: string): "idle" | LiveRun["phase"] | "stopping" {
  return useSyncExternalStore(subscribe, () => {
    const run = liveRun(key);
    return run ? (run.stopping ? "stopping" : run.phase) : "idle";
  });
}
