import type { Connection } from "@contract";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useConfirm } from "../../components/confirm.tsx";
import { call } from "../../lib/api.ts";
import { useLocalText, useTexts } from "../../lib/i18n.ts";
import { useNotify } from "../../lib/notify.tsx";
import { connectionTexts } from "./texts.ts";

/** Test again, and delete: from a card and from the connection's own page. */
export function useConnectionActions() {
  const t = useTexts(connectionTexts);
  const local = useLocalText();
  const notify = useNotify();
  const confirm = useConfirm();
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const test = useMutation({
    mutationFn: ({ id }: Connection) =>
      call("POST /api/admin/connections/{id}/test", { params: { id } }),
    onSuccess: (result, { name }) => {
      const failed = result.steps.find((step) => step.state === "failed");
      if (result.ok) notify.done(t.testedOk(name));
      else notify.failed(new Error(t.testedBad(name, failed ? local(failed.message) : t.testBad)));
    },
    onError: notify.failed,
    onSettled: () => queryClient.invalidateQueries({ queryKey: ["connections"] }),
  });
  const remove = (connection: Connection) => {
    const { models, agents } = connection.usedBy;
    confirm.ask({
      title: t.deleteTitle(connection.name),
      effect: models + agents > 0 ? t.deleteUsed(t.usedBy(models, agents)) : t.deleteUnused,
      action: t.deleteAction,
      run: async () => {
        await call("DELETE /api/admin/connections/{id}", { params: { id: connection.id } });
        await queryClient.invalidateQueries({ queryKey: ["connections"] });
        notify.done(t.deleted(connection.name));
        await navigate({ to: "/connections", ignoreBlocker: true });
      },
    });
  };
  return { test, remove, dialog: confirm.dialog };
}
