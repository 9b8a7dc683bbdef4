import { useLayoutEffect, useRef, useState } from "react";
import { useText } from "../../lib/i18n.ts";
import { isComposing } from "../../lib/shortcuts.ts";
import { useStore } from "../../lib/store.ts";
import { isSendKey, sendKeyStore } from "./send-key.ts";

interface Props {
  text: string;
  onCancel: () => void;
  onSend: (text: string) => void;
}

/** Changes an earlier message; sending makes a new branch and keeps the old one. */
export function EditQuestion({ text: original, onCancel, onSend }: Props) {
  const text = useText();
  const sendKey = useStore(sendKeyStore);
  const [edited, setEdited] = useState(original);
  const field = useRef<HTMLTextAreaElement>(null);
  useLayoutEffect(() => {
    field.current?.focus();
    field.current?.setSelectionRange(original.length, original.length);
  }, [original]);
  const ready = edited.trim() !== "";
  return (
    <form
      className="edit-question"
      onSubmit={(event) => {
        event.preventDefault();
        if (ready) onSend(edited.trim());
      }}
    >
      <textarea
        ref={field}
        aria-label={text.editMessage}
        value={edited}
        rows={2}
        onChange={(event) => setEdited(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (isComposing(event.nativeEvent)) return;
          if (event.key === "Escape") onCancel();
          else if (isSendKey(event, sendKey)) {
            event.preventDefault();
            if (ready) onSend(edited.trim());
          }
        }}
      />
      <div className="dialog-footer">
        <button type="button" className="button" onClick={onCancel}>
          {text.cancel}
        </button>
        <button type="submit" className="button primary" disabled={!ready}>
          {text.sendEdited}
        </button>
      </div>
    </form>
  );
}
