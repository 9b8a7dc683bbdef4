/**
 * What can be asked at Coze, by the id it is published under: a bot by its number, a flow by its
 * kind and number. Numbers are texts: they are longer than a number holds exactly.
 */
export type CozeKind = "bot" | "chatflow" | "workflow";

export interface CozeTarget {
  kind: CozeKind;
  id: string;
}

export function targetNamed(kind: CozeKind, id: string): string {
  return kind === "bot" ? id : `${kind}:${id}`;
}

/** Null where it names nothing of Coze's. */
export function readTarget(name: string | null): CozeTarget | null {
  const [, kind = "bot", id] = /^(?:(bot|chatflow|workflow):)?(\d{1,32})$/.exec(name ?? "") ?? [];
  return id === undefined ? null : { kind: kind as CozeKind, id };
}

/** A workflow that waits for an answer is a conversation to be gone on with. */
export function interruptionNamed(event: string, type: number): string {
  return `${event}#${type}`;
}

export function readInterruption(name: string | undefined): { event: string; type: number } | null {
  const [, event, type] = /^(.+)#(\d+)$/.exec(name ?? "") ?? [];
  return event === undefined ? null : { event, type: Number(type) };
}
