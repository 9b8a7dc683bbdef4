import { useText } from "../lib/i18n.ts";
import { createStore, useStore } from "../lib/store.ts";
import { IconButton } from "./icon-button.tsx";

interface Toast {
  id: number;
  text: string;
  tone: "plain" | "problem";
  action?: { label: string; run: () => void };
}

const SHOWN_MS = 6000;
const toasts = createStore<Toast[]>([]);
let nextId = 1;

/** Shows a passing note, with one action at most. */
export function showToast(
  text: string,
  options: { tone?: Toast["tone"]; action?: Toast["action"] } = {},
): void {
  const id = nextId++;
  const toast: Toast = { id, text, tone: options.tone ?? "plain" };
  if (options.action) toast.action = options.action;
  // One note for one cause: repeating it must not pile up.
  toasts.set((list) => [...list.filter((other) => other.text !== text), toast].slice(-3));
  setTimeout(() => dismiss(id), SHOWN_MS);
}

function dismiss(id: number): void {
  toasts.set((list) => list.filter((toast) => toast.id !== id));
}

export function Toasts() {
  const text = useText();
  const list = useStore(toasts);
  return (
    <section className="toasts" role="status" aria-live="polite">
      {list.map((toast) => (
        <div key={toast.id} className={`toast ${toast.tone}`}>
          <span>{toast.text}</span>
          {toast.action && (
            <button
              type="button"
              className="link-button"
              onClick={() => {
                toast.action?.run();
                dismiss(toast.id);
              }}
            >
              {toast.action.label}
            </button>
          )}
          <IconButton icon="close" size={16} label={text.close} onClick={() => dismiss(toast.id)} />
        </div>
      ))}
    </section>
  );
}
