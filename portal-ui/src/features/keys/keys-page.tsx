import type { ApiKey } from "@contract/portal.ts";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Page } from "../../app/page.tsx";
import { queryClient } from "../../app/query-client.ts";
import { ConfirmDialog } from "../../components/dialog.tsx";
import { Icon } from "../../components/icons.tsx";
import { EmptyState, ErrorState, Skeleton } from "../../components/states.tsx";
import { showToast } from "../../components/toast.tsx";
import { useCopy } from "../../components/use-copy.ts";
import { api } from "../../lib/api.ts";
import { formatDate } from "../../lib/format.ts";
import { useLocale, useText } from "../../lib/i18n.ts";
import { sentenceOf } from "../../lib/sentence.ts";
import { CreateKeyDialog } from "./create-key-dialog.tsx";
import { EditKeyDialog } from "./edit-key-dialog.tsx";
import { scopeWords } from "./key-scope.ts";
import { useKeyTexts } from "./texts.ts";
import "../lists.css";

const KEYS = ["keys"];

/** One's API keys: make, see, revoke. */
export function KeysPage() {
  const text = useText();
  const [creating, setCreating] = useState(false);
  const query = useQuery({
    queryKey: KEYS,
    queryFn: ({ signal }) => api("GET /api/portal/keys", { signal }),
    select: (answer) => answer.data,
  });
  const refresh = () => void queryClient.invalidateQueries({ queryKey: KEYS });
  return (
    <Page
      title={text.apiKeys}
      action={
        <button type="button" className="button primary" onClick={() => setCreating(true)}>
          <Icon name="plus" size={16} />
          {text.createKey}
        </button>
      }
    >
      <p className="muted">{text.keysIntro}</p>
      <BaseUrl />
      {query.isPending && <Skeleton lines={3} />}
      {query.isError && <ErrorState error={query.error} onRetry={() => void query.refetch()} />}
      {query.data?.length === 0 && <EmptyState icon="key" title={text.noKeys} />}
      {query.data && query.data.length > 0 && (
        <ul className="rows">
          {query.data.map((key) => (
            <KeyRow key={key.id} apiKey={key} onChanged={refresh} />
          ))}
        </ul>
      )}
      {creating && <CreateKeyDialog onCreated={refresh} onClose={() => setCreating(false)} />}
    </Page>
  );
}

/** What a client is given besides the key. */
function BaseUrl() {
  const text = useText();
  const { copied, copy } = useCopy();
  const url = `${location.origin}/v1`;
  return (
    <div className="copy-line">
      <span className="muted">{text.baseUrl}</span>
      <code>{url}</code>
      <button type="button" className="button subtle" onClick={() => copy(url)}>
        <Icon name={copied ? "check" : "copy"} size={16} />
        {copied ? text.copied : text.copy}
      </button>
    </div>
  );
}

type KeyState = "active" | "expired" | "revoked";

function stateOf(key: ApiKey): KeyState {
  if (key.revokedAt !== null) return "revoked";
  const expired = key.expiresAt !== null && Date.parse(key.expiresAt) <= Date.now();
  return expired ? "expired" : "active";
}

function KeyRow({ apiKey, onChanged }: { apiKey: ApiKey; onChanged: () => void }) {
  const text = useText();
  const locale = useLocale();
  const keyText = useKeyTexts();
  const [asking, setAsking] = useState(false);
  const [editing, setEditing] = useState(false);
  const state = stateOf(apiKey);
  const revoke = useMutation({
    mutationFn: () => api("DELETE /api/portal/keys/{id}", { params: { id: apiKey.id } }),
    onSuccess: () => {
      setAsking(false);
      showToast(text.keyRevoked);
      onChanged();
    },
    onError: (error) => showToast(sentenceOf(error), { tone: "problem" }),
  });
  const facts = [
    `${text.created} ${formatDate(apiKey.createdAt, locale)}`,
    apiKey.expiresAt ? `${text.keyExpiry} ${formatDate(apiKey.expiresAt, locale)}` : null,
    apiKey.scopes.includes("gateway") ? null : keyText.readsOnly,
    ...scopeWords(apiKey, keyText),
  ].filter((part) => part !== null);
  return (
    <li className="row">
      <div className="row-main">
        <span className="row-title">
          {apiKey.name} <span className={`tag ${state}`}>{text[state]}</span>
        </span>
        <span className="muted">
          <code>{apiKey.prefix}</code> · {facts.join(" · ")}
        </span>
      </div>
      {state === "active" && (
        <div className="row-actions">
          <button
            type="button"
            className="button"
            aria-label={`${keyText.edit}: ${apiKey.name}`}
            onClick={() => setEditing(true)}
          >
            {keyText.edit}
          </button>
          <button
            type="button"
            className="button danger-outline"
            aria-label={`${text.revoke}: ${apiKey.name}`}
            onClick={() => setAsking(true)}
          >
            {text.revoke}
          </button>
        </div>
      )}
      {editing && (
        <EditKeyDialog
          apiKey={apiKey}
          onChanged={() => {
            showToast(keyText.changed);
            onChanged();
          }}
          onClose={() => setEditing(false)}
        />
      )}
      {asking && (
        <ConfirmDialog
          title={text.revokeTitle(apiKey.name)}
          body={text.revokeBody}
          action={text.revoke}
          busy={revoke.isPending}
          onConfirm={() => revoke.mutate()}
          onClose={() => setAsking(false)}
        />
      )}
    </li>
  );
}
