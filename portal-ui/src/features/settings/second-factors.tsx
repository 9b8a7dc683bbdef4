import type { SecondFactors as Factors } from "@contract/account.ts";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { showToast } from "../../components/toast.tsx";
import { ApiError, api } from "../../lib/api.ts";
import { formatDate } from "../../lib/format.ts";
import { useLocale } from "../../lib/i18n.ts";
import { asRecord } from "../auth/passkey.ts";
import { AddTotp } from "./add-totp.tsx";
import { RecoveryCodes } from "./recovery-codes.tsx";
import { useSecurityText } from "./security-texts.ts";
import { tellProblem } from "./tell-problem.ts";

const KEY = ["second-factors"];

async function makePasskey(): Promise<string[] | null> {
  const { startRegistration } = await import("@simplewebauthn/browser");
  const offer = await api("POST /api/auth/second-factors/passkey/options", { body: {} });
  const optionsJSON = offer.options as Parameters<typeof startRegistration>[0]["optionsJSON"];
  const response = asRecord(await startRegistration({ optionsJSON }));
  const body = { ticket: offer.ticket, response };
  return (await api("POST /api/auth/second-factors/passkey", { body })).recoveryCodes;
}

/** One's authenticator apps and passkeys, and the codes for the day they are lost. */
export function SecondFactors({ forConsole }: { forConsole: boolean }) {
  const own = useSecurityText();
  const client = useQueryClient();
  const [adding, setAdding] = useState(false);
  const [codes, setCodes] = useState<string[] | null>(null);
  const query = useQuery({ queryKey: KEY, queryFn: () => api("GET /api/auth/second-factors") });
  const refresh = () => client.invalidateQueries({ queryKey: KEY });
  const added = (recoveryCodes: string[] | null) => {
    setAdding(false);
    setCodes(recoveryCodes);
    showToast(own.factorAdded);
    void refresh();
  };
  const passkey = useMutation({
    mutationFn: makePasskey,
    onSuccess: added,
    onError: (error) =>
      error instanceof ApiError
        ? tellProblem(error)
        : showToast(own.passkeyFailed, { tone: "problem" }),
  });
  const renew = useMutation({
    mutationFn: () => api("POST /api/auth/second-factors/recovery", { body: {} }),
    onSuccess: ({ recoveryCodes }) => {
      setCodes(recoveryCodes);
      void refresh();
    },
    onError: tellProblem,
  });
  const remove = useMutation({
    mutationFn: (id: string) => api("DELETE /api/auth/second-factors/{id}", { params: { id } }),
    onSuccess: async () => {
      showToast(own.removed);
      await refresh();
    },
    onError: tellProblem,
  });
  const factors = query.data?.data ?? [];
  return (
    <>
      {forConsole && (
        <p className="notice" role="status">
          {factors.length === 0 ? own.factorsNeeded : <a href="/admin/">{own.toConsole}</a>}
        </p>
      )}
      <p className="muted">{own.factorsHelp}</p>
      {factors.length > 0 && (
        <ul className="plain-list">
          {factors.map((factor) => (
            <FactorRow
              key={factor.id}
              factor={factor}
              busy={remove.isPending}
              onRemove={() => remove.mutate(factor.id)}
            />
          ))}
        </ul>
      )}
      <div className="button-row">
        <button type="button" className="button" onClick={() => setAdding(true)}>
          {own.addTotp}
        </button>
        {"PublicKeyCredential" in window && (
          <button
            type="button"
            className="button"
            disabled={passkey.isPending}
            onClick={() => passkey.mutate()}
          >
            {own.addPasskey}
          </button>
        )}
      </div>
      {factors.length > 0 && (
        <p className="muted">
          {own.recoveryLeft(query.data?.recoveryCodesLeft ?? 0)}{" "}
          <button type="button" className="link-button" onClick={() => renew.mutate()}>
            {own.recoveryNew}
          </button>
        </p>
      )}
      {adding && <AddTotp onAdded={added} onClose={() => setAdding(false)} />}
      {codes && <RecoveryCodes codes={codes} onClose={() => setCodes(null)} />}
    </>
  );
}

function FactorRow({
  factor,
  busy,
  onRemove,
}: {
  factor: Factors["data"][number];
  busy: boolean;
  onRemove: () => void;
}) {
  const own = useSecurityText();
  const locale = useLocale();
  const { kind, name, createdAt, lastUsedAt } = factor;
  const title = name || own[kind];
  const facts = [
    own.added(formatDate(createdAt, locale)),
    lastUsedAt && own.used(formatDate(lastUsedAt, locale)),
  ];
  return (
    <li className="row">
      <div className="row-main">
        <span className="row-title">{title}</span>
        <span className="muted">{facts.filter(Boolean).join(" · ")}</span>
      </div>
      <button
        type="button"
        className="button danger-outline"
        aria-label={`${own.remove}: ${title}`}
        disabled={busy}
        onClick={onRemove}
      >
        {own.remove}
      </button>
    </li>
  );
}
