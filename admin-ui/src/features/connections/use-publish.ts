import type { Agent } from "@contract";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { call } from "../../lib/api.ts";
import { useErrorText } from "../../lib/errors.ts";
import { useTexts } from "../../lib/i18n.ts";
import { useNotify } from "../../lib/notify.tsx";
import { agentFrom, modelFrom, offerKey, type Pick } from "./publish-plan.ts";
import { connectionTexts } from "./texts.ts";

/**
 * Publishes the picked offers one after the other and tells of each that is done, by its key; those
 * that were refused stay picked. One refusal does not keep the others back.
 */
export function usePublish(
  connection: string,
  agents: readonly Agent[],
  onDone: (key: string) => void,
) {
  const t = useTexts(connectionTexts);
  const notify = useNotify();
  const errorText = useErrorText();
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: async (picks: readonly Pick[]) => {
      const taken = agents.map((agent) => agent.slug);
      let order = Math.max(0, ...agents.map((agent) => agent.order + 1));
      let done = 0;
      for (const pick of picks) {
        try {
          if (pick.offer.kind === "model") {
            await call("POST /api/admin/models", { body: modelFrom(pick, connection) });
          } else {
            const body = agentFrom(pick, connection, { taken, order });
            await call("POST /api/admin/agents", { body });
            taken.push(body.slug);
            order += 1;
          }
          done += 1;
          onDone(offerKey(pick.offer));
        } catch (error) {
          notify.failed(new Error(t.publishFailed(pick.name, errorText(error))));
        }
      }
      if (done > 0) notify.done(t.publishedCount(done));
    },
    onSettled: async () => {
      for (const key of ["models", "agents", "connections", "overview"]) {
        await queryClient.invalidateQueries({ queryKey: [key] });
      }
    },
  });
}
