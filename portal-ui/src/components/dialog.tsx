import { type ReactNode, useId, useLayoutEffect, useRef } from "react";
import { useText } from "../lib/i18n.ts";
import { IconButton } from "./icon-button.tsx";

interface Props {
  title: string;
  onClose: () => void;
  children: ReactNode;
  className?: string;
}

/** A modal on the native element: focus stays inside, Escape and the backdrop close it. */
export function Dialog({ title, onClose, children, className }: Props) {
  const text = useText();
  const ref = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  useLayoutEffect(() => {
    const opener = document.activeElement;
    ref.current?.showModal();
    return () => {
      // Removing the element closes it, but gives the focus back to nobody. It is not closed by
      // hand: its late `close` event would close whatever dialog stands in its place by then.
      if (opener instanceof HTMLElement && opener.isConnected) opener.focus();
    };
  }, []);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the click closes by the backdrop; Escape is the keyboard's way
    <dialog
      ref={ref}
      className={`dialog ${className ?? ""}`}
      aria-labelledby={titleId}
      onClose={onClose}
      onClick={(event) => {
        if (event.target === ref.current) onClose();
      }}
    >
      <div className="dialog-body">
        <header className="dialog-header">
          <h2 id={titleId}>{title}</h2>
          <IconButton icon="close" label={text.close} onClick={onClose} />
        </header>
        {children}
      </div>
    </dialog>
  );
}

interface ConfirmProps {
  title: string;
  body: string;
  action: string;
  onConfirm: () => void;
  onClose: () => void;
  busy?: boolean;
}

/** Asks before something that cannot be undone; says its effect. */
export function ConfirmDialog({ title, body, action, onConfirm, onClose, busy }: ConfirmProps) {
  const text = useText();
  return (
    <Dialog title={title} onClose={onClose}>
      <p className="dialog-text">{body}</p>
      <footer className="dialog-footer">
        {/* biome-ignore lint/a11y/noAutofocus: the harmless one of the two answers */}
        <button type="button" className="button" autoFocus onClick={onClose}>
          {text.cancel}
        </button>
        <button type="button" className="button danger" onClick={onConfirm} disabled={busy}>
          {action}
        </button>
      </footer>
    </Dialog>
  );
}
