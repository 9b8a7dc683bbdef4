/** A change of many users, and how it is undone. */
import type { User } from "@contract";

export type Change =
  | "delete"
  | {
      enabled?: boolean;
      level?: string | null;
      levelExpiresAt?: string | null;
      kind?: User["kind"];
    };

/** What brings each of the users back to where he was, the same way back in one request. */
export function waysBack(
  users: readonly User[],
  change: Change,
): { ids: string[]; change: Change }[] {
  if (change === "delete") return [];
  const ways = new Map<string, { ids: string[]; change: Change }>();
  for (const user of users) {
    const before: Change = {
      ...(change.enabled === undefined ? {} : { enabled: user.enabled }),
      ...(change.kind === undefined ? {} : { kind: user.kind }),
      ...(change.level === undefined
        ? {}
        : {
            level: (user.endedLevel ?? user.level)?.slug ?? null,
            levelExpiresAt: user.levelExpiresAt,
          }),
    };
    const key = JSON.stringify(before);
    const way = ways.get(key) ?? { ids: [], change: before };
    way.ids.push(user.id);
    ways.set(key, way);
  }
  return [...ways.values()];
}
