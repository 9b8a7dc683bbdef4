import { Dialog } from "../components/dialog.tsx";
import { sendKeyStore } from "../features/chat/send-key.ts";
import { useText } from "../lib/i18n.ts";
import { isApple } from "../lib/shortcuts.ts";
import { createStore, useStore } from "../lib/store.ts";

const openStore = createStore(false);

export const openShortcuts = (): void => openStore.set(true);

/** The list of keyboard shortcuts. */
export function ShortcutHelp() {
  const text = useText();
  const open = useStore(openStore);
  const sendKey = useStore(sendKeyStore);
  if (!open) return null;
  const mod = isApple ? "⌘" : "Ctrl";
  const rows: [string, string[]][] = [
    [text.shortcutSend, sendKey === "enter" ? ["Enter"] : [mod, "Enter"]],
    [text.shortcutNewline, sendKey === "enter" ? ["Shift", "Enter"] : ["Enter"]],
    [text.shortcutStop, ["Esc"]],
    [text.shortcutSearch, [mod, "K"]],
    [text.shortcutNew, [mod, "Shift", "O"]],
    [text.shortcutHelp, [mod, "/"]],
  ];
  return (
    <Dialog title={text.shortcuts} onClose={() => openStore.set(false)}>
      <dl className="shortcut-list">
        {rows.map(([name, keys]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>
              {keys.map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
