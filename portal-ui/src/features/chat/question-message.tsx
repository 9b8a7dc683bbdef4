import type { Message } from "@contract/portal.ts";
import { lazy, memo, Suspense, useState } from "react";
import { IconButton } from "../../components/icon-button.tsx";
import { useCopy } from "../../components/use-copy.ts";
import { useText } from "../../lib/i18n.ts";
import { MessageImages } from "./message-images.tsx";
import type { Switcher } from "./switcher.ts";
import { VersionSwitcher } from "./version-switcher.tsx";

const EditQuestion = lazy(() =>
  import("./edit-question.tsx").then((module) => ({ default: module.EditQuestion })),
);

interface Props {
  message: Message;
  switcher: Switcher | null;
  /** Null while an answer is being written. */
  onEdit: ((question: Message, text: string) => void) | null;
}

/** What the person wrote: as typed, never as markdown. */
export const QuestionMessage = memo(function QuestionMessage({ message, switcher, onEdit }: Props) {
  const text = useText();
  const [editing, setEditing] = useState(false);
  const { copied, copy } = useCopy();
  if (editing && onEdit) {
    return (
      <article className="message question editing">
        <h2 className="visually-hidden">{text.editMessage}</h2>
        <Suspense fallback={<div className="bubble">{message.text}</div>}>
          <EditQuestion
            text={message.text}
            onCancel={() => setEditing(false)}
            onSend={(edited) => {
              setEditing(false);
              onEdit(message, edited);
            }}
          />
        </Suspense>
      </article>
    );
  }
  return (
    <article className="message question">
      <h2 className="visually-hidden">{text.you}</h2>
      <MessageImages images={message.images} />
      {message.text && <div className="bubble">{message.text}</div>}
      <div className="message-actions">
        {switcher && <VersionSwitcher switcher={switcher} />}
        <IconButton
          icon={copied ? "check" : "copy"}
          size={16}
          label={copied ? text.copied : text.copy}
          onClick={() => copy(message.text)}
        />
        {onEdit && (
          <IconButton icon="edit" size={16} label={text.edit} onClick={() => setEditing(true)} />
        )}
      </div>
    </article>
  );
});
