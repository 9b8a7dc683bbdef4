import type { AllowedApp } from "@contract/oauth.ts";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { Dialog } from "../../components/dialog.tsx";
import { Field } from "../../components/field.tsx";
import { api } from "../../lib/api.ts";
import { useText } from "../../lib/i18n.ts";
import { sentenceOf } from "../../lib/sentence.ts";
import { readCredits, shownCredits } from "./credits.ts";
import { useAppTexts } from "./texts.ts";

interface Props {
  allowed: AllowedApp;
  onChanged: () => void;
  onClose: () => void;
}

/** What an app may spend from now on. */
export function AllowanceDialog({ allowed, onChanged, onClose }: Props) {
  const text = useText();
  const appText = useAppTexts();
  const [credits, setCredits] = useState(() => shownCredits(allowed.limits));
  const read = readCredits(credits);
  const change = useMutation({
    mutationFn: (creditsPerMonth: number | null) =>
      api("PATCH /api/portal/apps/{id}", {
        params: { id: allowed.app.id },
        body: { creditsPerMonth },
      }),
    onSuccess: () => {
      onChanged();
      onClose();
    },
  });
  const ready = read !== null && !change.isPending;
  return (
    <Dialog title={appText.changeTitle(allowed.app.name)} onClose={onClose}>
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (ready) change.mutate(read.credits);
        }}
      >
        {change.isError && (
          <p className="notice problem" role="alert">
            {sentenceOf(change.error)}
          </p>
        )}
        <Field
          label={appText.credits}
          hint={appText.creditsHint}
          error={read ? null : appText.creditsBad}
          inputMode="decimal"
          value={credits}
          onValue={setCredits}
          autoFocus
        />
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
