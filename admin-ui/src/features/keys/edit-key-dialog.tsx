import type { ApiKey } from "@contract";
import { Modal } from "@mantine/core";
import { call } from "../../lib/api.ts";
import { commonTexts } from "../../lib/common-texts.ts";
import { useTexts } from "../../lib/i18n.ts";
import { useNotify } from "../../lib/notify.tsx";
import { KeyForm } from "./key-form.tsx";
import { keyTexts } from "./texts.ts";

interface Props {
  apiKey: ApiKey;
  userId: string;
  onClose: () => void;
}

/** What a key may do from now on; its text stays. */
export function EditKeyDialog({ apiKey, userId, onClose }: Props) {
  const t = useTexts(keyTexts);
  const common = useTexts(commonTexts);
  const notify = useNotify();
  const params = { id: userId, keyId: apiKey.id };
  return (
    <Modal opened onClose={onClose} size="lg" title={t.editTitle(apiKey.name)}>
      <KeyForm
        apiKey={apiKey}
        submitLabel={common.save}
        save={(body) => call("PATCH /api/admin/users/{id}/keys/{keyId}", { params, body })}
        onSaved={({ name }) => {
          notify.done(t.edited(name));
          onClose();
        }}
        onCancel={onClose}
      />
    </Modal>
  );
}
