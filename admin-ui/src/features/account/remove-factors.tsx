import { Button } from "@mantine/core";
import { useConfirm } from "../../components/confirm.tsx";
import { call } from "../../lib/api.ts";
import { useTexts } from "../../lib/i18n.ts";
import { useNotify } from "../../lib/notify.tsx";
import { accountTexts } from "./texts.ts";

/** For somebody who has lost his second factor, and the recovery codes with it. */
export function RemoveFactors({ user }: { user: { id: string; email: string } }) {
  const t = useTexts(accountTexts);
  const notify = useNotify();
  const confirm = useConfirm();
  const ask = () =>
    confirm.ask({
      title: t.lostTitle(user.email),
      effect: t.lostEffect,
      action: t.remove,
      run: async () => {
        await call("DELETE /api/admin/users/{id}/second-factors", { params: { id: user.id } });
        notify.done(t.factorRemoved);
      },
    });
  return (
    <>
      <Button size="xs" variant="default" onClick={ask}>
        {t.lost}
      </Button>
      {confirm.dialog}
    </>
  );
}
