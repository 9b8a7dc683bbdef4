import { useMutation, useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { Dialog } from "../../components/dialog.tsx";
import { api } from "../../lib/api.ts";
import { sentenceOf } from "../../lib/sentence.ts";
import { CodeField, isCode } from "../auth/code-field.tsx";
import { QrCode } from "./qr-code.tsx";
import { useSecurityText } from "./security-texts.ts";

interface Props {
  onAdded: (recoveryCodes: string[] | null) => void;
  onClose: () => void;
}

/** The secret to scan or to type in, and the first code that shows it has arrived. */
export function AddTotp({ onAdded, onClose }: Props) {
  const own = useSecurityText();
  const [code, setCode] = useState("");
  const [checked, setChecked] = useState(false);
  // Each opening makes a secret of its own, and is asked for one once.
  const offer = useQuery({
    queryKey: ["totp-offer"],
    queryFn: () => api("POST /api/auth/second-factors/totp", { body: {} }),
    gcTime: 0,
    staleTime: Number.POSITIVE_INFINITY,
    refetchOnWindowFocus: false,
    retry: false,
  });
  const confirm = useMutation({
    mutationFn: (id: string) =>
      api("POST /api/auth/second-factors/totp/confirm", { body: { id, code } }),
    onSuccess: ({ recoveryCodes }) => onAdded(recoveryCodes),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setChecked(true);
    if (offer.data && isCode(code)) confirm.mutate(offer.data.id);
  };
  const problem = offer.error ?? confirm.error;
  return (
    <Dialog title={own.addTotp} onClose={onClose}>
      {problem && (
        <p className="notice problem" role="alert">
          {sentenceOf(problem)}
        </p>
      )}
      {offer.data && (
        <form noValidate onSubmit={submit}>
          <p>{own.scan}</p>
          <QrCode text={offer.data.url} label={own.qr} />
          <p>
            {own.key}: <code className="secret-key">{offer.data.secret}</code>
          </p>
          <CodeField
            label={own.appCode}
            value={code}
            error={checked && !isCode(code) ? own.codeBad : null}
            onValue={setCode}
          />
          <div className="dialog-footer">
            <button type="button" className="button" onClick={onClose}>
              {own.cancel}
            </button>
            <button type="submit" className="button primary" disabled={confirm.isPending}>
              {own.confirm}
            </button>
          </div>
        </form>
      )}
    </Dialog>
  );
}
