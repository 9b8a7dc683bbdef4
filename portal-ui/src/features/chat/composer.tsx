import type { PortalAgent } from "@contract/portal.ts";
import { type ClipboardEvent, type FormEvent, type KeyboardEvent, useEffect, useRef } from "react";
import { IconButton } from "../../components/icon-button.tsx";
import { useText } from "../../lib/i18n.ts";
import { isComposing } from "../../lib/shortcuts.ts";
import { useStore } from "../../lib/store.ts";
import { useDraft } from "./drafts.ts";
import { IMAGE_TYPES, imageFiles } from "./images.ts";
import { isSendKey, sendKeyStore } from "./send-key.ts";
import { useImages } from "./use-images.ts";

interface Props {
  draftKey: string;
  agent: PortalAgent | null;
  /** An answer is being written: the button stops it. */
  running: boolean;
  stopping: boolean;
  onSend: (text: string, images: readonly string[]) => void;
  onStop: () => void;
}

const canAutosize = CSS.supports("field-sizing", "content");

/** Where messages are written: text, pictures, send or stop. */
export function Composer({ draftKey, agent, running, stopping, onSend, onStop }: Props) {
  const text = useText();
  const sendKey = useStore(sendKeyStore);
  const { text: draft, images, setText, setImages } = useDraft(draftKey);
  const { addImages, reading } = useImages(agent, images, setImages);
  const field = useRef<HTMLTextAreaElement>(null);
  const picker = useRef<HTMLInputElement>(null);
  const ready =
    !running && !reading && agent !== null && (draft.trim() !== "" || images.length > 0);

  useEffect(() => {
    // A phone would cover half the page with its keyboard.
    if (matchMedia("(pointer: fine)").matches) field.current?.focus();
  }, [draftKey, agent?.target]);

  useEffect(() => {
    const element = field.current;
    if (canAutosize || !element) return;
    element.style.height = "auto";
    element.style.height = `${element.scrollHeight}px`;
  }, [draft]);

  const submit = (event?: FormEvent) => {
    event?.preventDefault();
    if (ready) onSend(draft.trim(), images);
  };
  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    if (isComposing(event.nativeEvent) || !isSendKey(event, sendKey)) return;
    event.preventDefault();
    submit();
  };
  const onPaste = (event: ClipboardEvent) => {
    const files = imageFiles(event.clipboardData);
    if (files.length === 0) return;
    event.preventDefault();
    addImages(files);
  };

  return (
    <form className="composer" onSubmit={submit}>
      {images.length > 0 && (
        <ul className="composer-images">
          {images.map((url, index) => (
            <li key={url.slice(-80)}>
              <img src={url} alt={text.imageOfMessage(index + 1)} />
              <IconButton
                icon="close"
                size={14}
                label={`${text.removeImage} ${index + 1}`}
                onClick={() => setImages(images.filter((other) => other !== url))}
              />
            </li>
          ))}
        </ul>
      )}
      <textarea
        ref={field}
        rows={1}
        value={draft}
        aria-label={text.messageLabel}
        placeholder={agent ? text.messagePlaceholder(agent.name) : text.chooseTarget}
        onChange={(event) => setText(event.currentTarget.value)}
        onKeyDown={onKeyDown}
        onPaste={onPaste}
      />
      <div className="composer-bar">
        {agent?.vision && (
          <>
            <input
              ref={picker}
              type="file"
              hidden
              multiple
              tabIndex={-1}
              accept={IMAGE_TYPES.join(",")}
              onChange={(event) => {
                addImages([...(event.currentTarget.files ?? [])]);
                event.currentTarget.value = "";
              }}
            />
            <IconButton
              icon="image"
              label={text.attachImage}
              onClick={() => picker.current?.click()}
            />
          </>
        )}
        <span className="grow" />
        {running ? (
          <IconButton
            className="send"
            icon="stop"
            label={text.stopHint}
            disabled={stopping}
            onClick={onStop}
          />
        ) : (
          <IconButton
            className="send"
            type="submit"
            icon="send"
            label={text.send}
            disabled={!ready}
          />
        )}
      </div>
    </form>
  );
}
