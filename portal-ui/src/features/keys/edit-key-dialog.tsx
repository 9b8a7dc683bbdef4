import type { ApiKey } from "@contract/portal.ts";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { Dialog } from "../../components/dialog.tsx";
import { Field } from "../../components/field.tsx";
import { api } from "../../lib/api.ts";
import { useText } from "../../lib/i18n.ts";
import { sentenceOf } from "../../lib/sentence.ts";
import { changedScope, fieldsOf, type KeyScope, scopeProblems } from "./key-scope.ts";
import { ScopeFields } from "./scope-fields.tsx";
import { useKeyTexts } from "./texts.ts";

interface Props {
  apiKey: ApiKey;
  onChanged: () => void;
  onClose: () => void;
}

/** What a key is called and may do from now on; its text stays. */
export function EditKeyDialog({ apiKey, onChanged, onClose }: Props) {
  const text = useText();
  const keyText = useKeyTexts();
  const [name, setName] = useState(apiKey.name);
  const [scope, setScope] = useState(() => fieldsOf(apiKey));
  const problems = scopeProblems(scope, keyText);
  const change = useMutation({
    // What is sent comes as the argument: a closure may be one key press behind.
    mutationFn: (body: { name: string } & KeyScope) =>
      api("PATCH /api/portal/keys/{id}", { params: { id: apiKey.id }, body }),
    onSuccess: () => {
      onChanged();
      onClose();
    },
  });
  const isSound = Object.values(problems).every((problem) => problem === null);
  const ready = name.trim() !== "" && isSound && !change.isPending;
  return (
    <Dialog title={keyText.editTitle} onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (ready) change.mutate({ name: name.trim(), ...changedScope(apiKey, scope) });
        }}
      >
        {change.isError && (
          <p className="notice problem" role="alert">
            {sentenceOf(change.error)}
          </p>
        )}
        <Field label={text.keyName} value={name} maxLength={100} onValue={setName} autoFocus />
        <ScopeFields open fields={scope} problems={problems} onChange={setScope} />
        <footer className="dialog-footer">
          <button type="button" className="button" onClick={onClose}>
            {text.cancel}
          </button>
          <button type="submit" className="button primary" disabled={!ready}>
            {text.save}
          </button>
        </footer>
      </form>
    </Dialog>
  );
}
