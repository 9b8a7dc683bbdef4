/** Changing many users: in batches, with progress, each refusal told, and the way back kept. */
import type { User } from "@contract";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { call } from "../../lib/api.ts";
import { useTexts } from "../../lib/i18n.ts";
import { useNotify } from "../../lib/notify.tsx";
import { peopleTexts } from "./people-texts.ts";
import { type Change, waysBack } from "./ways-back.ts";

const AT_ONCE = 50;

export function useBulk(): {
  /** Null while nothing is being done. */
  progress: { done: number; total: number } | null;
  run: (users: readonly User[], change: Change, told: (count: number) => string) => Promise<void>;
} {
  const t = useTexts(peopleTexts);
  const notify = useNotify();
  const client = useQueryClient();
  const [progress, setProgress] = useState<{ done: number; total: number } | null>(null);
  const send = async (ids: readonly string[], change: Change, before = 0, total = ids.length) => {
    const done: string[] = [];
    const refused: { message: string }[] = [];
    for (let at = 0; at < ids.length; at += AT_ONCE) {
      setProgress({ done: before + at, total });
      const body = { ids: ids.slice(at, at + AT_ONCE), change };
      const answer = await call("POST /api/admin/users/change", { body });
      done.push(...answer.done);
      refused.push(...answer.refused);
    }
    return { done, refused };
  };
  const refresh = () => client.invalidateQueries({ queryKey: ["users"] });
  const run = async (
    users: readonly User[],
    change: Change,
    told: (count: number) => string,
  ): Promise<void> => {
    try {
      const { done, refused } = await send(
        users.map((user) => user.id),
        change,
      );
      const changed = new Set(done);
      const back = waysBack(
        users.filter((user) => changed.has(user.id)),
        change,
      );
      const undo = async () => {
        for (const way of back) await send(way.ids, way.change);
        setProgress(null);
        await refresh();
      };
      if (done.length > 0) notify.done(told(done.length), back.length > 0 ? undo : undefined);
      const [first] = refused;
      if (first) notify.failed(new Error(t.refused(refused.length, first.message)));
    } catch (error) {
      notify.failed(error);
    } finally {
      setProgress(null);
      await refresh();
    }
  };
  return { progress, run };
}
