import { useState } from "react";
import { Dialog } from "../../components/dialog.tsx";
import { Field } from "../../components/field.tsx";
import { useText } from "../../lib/i18n.ts";

interface Props {
  title: string;
  onRename: (title: string) => void;
  onClose: () => void;
}

export function RenameDialog({ title, onRename, onClose }: Props) {
  const text = useText();
  const [value, setValue] = useState(title);
  const trimmed = value.trim();
  return (
    <Dialog title={text.renameConversation} onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (trimmed) onRename(trimmed);
        }}
      >
        <Field label={text.title} value={value} maxLength={200} onValue={setValue} autoFocus />
        <footer className="dialog-footer">
          <button type="button" className="button" onClick={onClose}>
            {text.cancel}
          </button>
          <button type="submit" className="button primary" disabled={!trimmed}>
            {text.save}
          </button>
        </footer>
      </form>
    </Dialog>
  );
}
