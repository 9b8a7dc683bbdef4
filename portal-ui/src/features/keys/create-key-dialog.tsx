import { useMutation } from "@tanstack/react-query";
import { useId, useState } from "react";
import { Dialog } from "../../components/dialog.tsx";
import { Field } from "../../components/field.tsx";
import { Icon } from "../../components/icons.tsx";
import { useCopy } from "../../components/use-copy.ts";
import { api } from "../../lib/api.ts";
import { useText } from "../../lib/i18n.ts";
import { sentenceOf } from "../../lib/sentence.ts";
import { type KeyScope, NO_SCOPE, scopeOf, scopeProblems } from "./key-scope.ts";
import { ScopeFields } from "./scope-fields.tsx";
import { useKeyTexts } from "./texts.ts";

const DAY_MS = 86_400_000;
const EXPIRY_DAYS = [30, 90, 365];

/** `gateway` uses models and reads the wallet; `wallet` only reads. */
type KeyUse = "gateway" | "wallet";

interface Props {
  onCreated: () => void;
  onClose: () => void;
}

/** Makes a key, then shows its text this once. */
export function CreateKeyDialog({ onCreated, onClose }: Props) {
  const text = useText();
  const [created, setCreated] = useState<string | null>(null);
  if (created !== null) return <ShownOnce keyText={created} onClose={onClose} />;
  return (
    <Dialog title={text.createKey} onClose={onClose}>
      <CreateForm
        onClose={onClose}
        onCreated={(keyText) => {
          setCreated(keyText);
          onCreated();
        }}
      />
    </Dialog>
  );
}

function CreateForm(props: { onCreated: (keyText: string) => void; onClose: () => void }) {
  const text = useText();
  const keyText = useKeyTexts();
  const selectId = useId();
  const useFieldId = useId();
  const [name, setName] = useState("");
  const [days, setDays] = useState(0);
  const [scope, setScope] = useState(NO_SCOPE);
  const [use, setUse] = useState<KeyUse>("gateway");
  const create = useMutation({
    // What is sent comes as the argument: a closure may be one key press behind.
    mutationFn: (body: { name: string; scopes: KeyUse[]; expiresAt: string | null } & KeyScope) =>
      api("POST /api/portal/keys", { body }),
    onSuccess: (answer) => props.onCreated(answer.text),
  });
  const problems = scopeProblems(scope, keyText);
  const isSound = Object.values(problems).every((problem) => problem === null);
  const ready = name.trim() !== "" && isSound && !create.isPending;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (!ready) return;
        const expiresAt = days === 0 ? null : new Date(Date.now() + days * DAY_MS).toISOString();
        create.mutate({ name: name.trim(), scopes: [use], expiresAt, ...scopeOf(scope) });
      }}
    >
      {create.isError && (
        <p className="notice problem" role="alert">
          {sentenceOf(create.error)}
        </p>
      )}
      <Field
        label={text.keyName}
        hint={text.keyNameHint}
        value={name}
        maxLength={100}
        onValue={setName}
        autoFocus
      />
      <div className="field">
        <label htmlFor={useFieldId}>{keyText.use}</label>
        <select
          id={useFieldId}
          value={use}
          onChange={(event) =>
            setUse(event.currentTarget.value === "wallet" ? "wallet" : "gateway")
          }
        >
          <option value="gateway">{keyText.useGateway}</option>
          <option value="wallet">{keyText.useWallet}</option>
        </select>
      </div>
      <div className="field">
        <label htmlFor={selectId}>{text.keyExpiry}</label>
        <select
          id={selectId}
          value={String(days)}
          onChange={(event) => setDays(Number(event.currentTarget.value))}
        >
          <option value="0">{text.keyNeverExpires}</option>
          {EXPIRY_DAYS.map((count) => (
            <option key={count} value={String(count)}>
              {text.keyExpiresInDays(count)}
            </option>
          ))}
        </select>
      </div>
      <ScopeFields fields={scope} problems={problems} onChange={setScope} />
      <footer className="dialog-footer">
        <button type="button" className="button" onClick={props.onClose}>
          {text.cancel}
        </button>
        <button type="submit" className="button primary" disabled={!ready}>
          {text.createKey}
        </button>
      </footer>
    </form>
  );
}

function ShownOnce({ keyText, onClose }: { keyText: string; onClose: () => void }) {
  const text = useText();
  const { copied, copy } = useCopy();
  return (
    <Dialog title={text.keyCreated} onClose={onClose}>
      <p className="notice">{text.keyShownOnce}</p>
      <div className="key-text">
        <code>{keyText}</code>
      </div>
      <footer className="dialog-footer">
        <button type="button" className="button" onClick={onClose}>
          {text.done}
        </button>
        <button
          type="button"
          className="button primary"
          // biome-ignore lint/a11y/noAutofocus: the one thing to do in this dialog
          autoFocus
          onClick={() => copy(keyText)}
        >
          <Icon name={copied ? "check" : "copy"} size={16} />
          {copied ? text.copied : text.copy}
        </button>
      </footer>
    </Dialog>
  );
}
