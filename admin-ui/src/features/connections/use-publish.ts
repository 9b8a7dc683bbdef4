import type { Agent } from "@contract";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { call } from "../../lib/api.ts";
import { useErrorText } from "../../lib/errors.ts";
import { useTexts } from "../../lib/i18n.ts";
import { useNotify } from "../../lib/notify.tsx";
import { agentFrom, type Draft, modelFrom, offerKey, type Terms } from "./publish-plan.ts";
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
    mutationFn: async ({ drafts, terms }: { drafts: readonly Draft[]; terms: Terms }) => {
      const taken = agents.map((agent) => agent.slug);
      let order = Math.max(0, ...agents.map((agent) => agent.order + 1));
      let done = 0;
      for (const draft of drafts) {
        try {
          if (draft.offer.kind === "model") {
            await call("POST /api/admin/models", { body: modelFrom(draft, connection, terms) });
          } else {
            const body = agentFrom(draft, connection, terms, { taken, order });
            await call("POST /api/admin/agents", { body });
            taken.push(body.slug);
            order += 1;
          }
          done += 1;
          onDone(offerKey(draft.offer));
        } catch (error) {
          notify.failed(new Error(t.publishFailed(draft.name, errorText(error))));
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
