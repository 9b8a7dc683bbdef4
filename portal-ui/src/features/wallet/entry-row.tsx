import type { WalletEntry } from "@contract/wallet.ts";
import { useId, useState } from "react";
import { Icon } from "../../components/icons.tsx";
import { formatDateTime, formatExactCredits } from "../../lib/format.ts";
import { useLocale } from "../../lib/i18n.ts";
import { EntryDetails } from "./entry-details.tsx";
import { useWalletTexts } from "./texts.ts";
import { entryNote, entryTitle } from "./words.ts";

/** A line of the statement; that of a request opens. */
export function EntryRow({ entry, name }: { entry: WalletEntry; name: string | undefined }) {
  const words = useWalletTexts();
  const locale = useLocale();
  const id = useId();
  const [open, setOpen] = useState(false);
  const title = entryTitle(entry, name, words);
  const note = entryNote(entry, words);
  return (
    <tbody className={open ? "entry open" : "entry"}>
      <tr>
        <td className="muted">{formatDateTime(entry.at, locale)}</td>
        <td>
          {entry.type === "charge" ? (
            <button
              type="button"
              className="entry-toggle"
              aria-expanded={open}
              aria-controls={id}
              title={words.details}
              onClick={() => setOpen(!open)}
            >
              {title}
              <Icon name="chevronDown" size={16} />
            </button>
          ) : (
            title
          )}
          {note && <span className="entry-note muted">{note}</span>}
        </td>
        <td className={entry.amount_micro > 0 ? "number gain" : "number"}>
          {entry.amount_micro > 0 ? "+" : ""}
          {formatExactCredits(entry.amount_micro, locale)}
        </td>
        <td className="number muted">{formatExactCredits(entry.balance_micro, locale)}</td>
      </tr>
      <tr id={id} className="entry-details" hidden={!open}>
        {open && (
          <td colSpan={4}>
            <EntryDetails entry={entry} />
          </td>
        )}
      </tr>
    </tbody>
  );
}
