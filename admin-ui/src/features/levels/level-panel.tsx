import type { Level } from "@contract";
import { Button } from "@mantine/core";
import { IconTrash } from "@tabler/icons-react";
import { useQueryClient } from "@tanstack/react-query";
import { useConfirm } from "../../components/confirm.tsx";
import { call } from "../../lib/api.ts";
import { commonTexts } from "../../lib/common-texts.ts";
import { useTexts } from "../../lib/i18n.ts";
import { useNotify } from "../../lib/notify.tsx";
import { LevelForm } from "./level-form.tsx";
import { levelTexts } from "./texts.ts";

export function LevelPanel(props: { level: Level | null; taken: string[]; onClose: () => void }) {
  const { level, taken, onClose } = props;
  const t = useTexts(levelTexts);
  const common = useTexts(commonTexts);
  const notify = useNotify();
  const confirm = useConfirm();
  const queryClient = useQueryClient();
  const remove = (gone: Level) =>
    confirm.ask({
      title: t.deleteTitle(gone.name),
      effect: t.deleteEffect(gone.users),
      action: t.deleteAction,
      run: async () => {
        await call("DELETE /api/admin/levels/{id}", { params: { id: gone.id } });
        await queryClient.invalidateQueries({ queryKey: ["levels"] });
        notify.done(t.deleted(gone.name));
        onClose();
      },
    });
  return (
    <>
      <LevelForm
        level={level}
        taken={taken}
        onCancel={onClose}
        onSaved={(saved) => {
          notify.done(t.saved(saved.name));
          onClose();
        }}
        extra={
          level && (
            <Button
              variant="subtle"
              color="red"
              leftSection={<IconTrash size={16} aria-hidden />}
              onClick={() => remove(level)}
            >
              {common.delete}
            </Button>
          )
        }
      />
      {confirm.dialog}
    </>
  );
}
