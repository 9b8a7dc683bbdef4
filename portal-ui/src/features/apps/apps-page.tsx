import type { AllowedApp } from "@contract/oauth.ts";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "wouter";
import { Page } from "../../app/page.tsx";
import { queryClient } from "../../app/query-client.ts";
import { ConfirmDialog } from "../../components/dialog.tsx";
import { EmptyState, ErrorState, Skeleton } from "../../components/states.tsx";
import { showToast } from "../../components/toast.tsx";
import { api } from "../../lib/api.ts";
import { formatCredits, formatDate } from "../../lib/format.ts";
import { useLocale, useText } from "../../lib/i18n.ts";
import { sentenceOf } from "../../lib/sentence.ts";
import { AllowanceDialog } from "./allowance-dialog.tsx";
import { useAppTexts } from "./texts.ts";
import "../lists.css";

const APPS = ["apps"];

/** Apps that may act as oneself: what each has spent; change, take back. */
export function AppsPage() {
  const appText = useAppTexts();
  const query = useQuery({
    queryKey: APPS,
    queryFn: ({ signal }) => api("GET /api/portal/apps", { signal }),
    select: (answer) => answer.data,
  });
  const refresh = () => void queryClient.invalidateQueries({ queryKey: APPS });
  return (
    <Page
      title={appText.apps}
      action={
        <Link href="/device" className="button">
          {appText.deviceTitle}
        </Link>
      }
    >
      <p className="muted">{appText.appsIntro}</p>
      {query.isPending && <Skeleton lines={3} />}
      {query.isError && <ErrorState error={query.error} onRetry={() => void query.refetch()} />}
      {query.data?.length === 0 && <EmptyState icon="grid" title={appText.noApps} />}
      {query.data && query.data.length > 0 && (
        <ul className="rows">
          {query.data.map((allowed) => (
            <AppRow key={allowed.app.id} allowed={allowed} onChanged={refresh} />
          ))}
        </ul>
      )}
    </Page>
  );
}

function useFacts({ limits, models, spent, allowedAt, lastUsedAt }: AllowedApp): string {
  const appText = useAppTexts();
  const locale = useLocale();
  const { creditsPerMonth } = limits;
  return [
    appText.spent(formatCredits(Number(spent), locale)),
    creditsPerMonth === undefined ? "" : appText.atMost(formatCredits(creditsPerMonth, locale)),
    models.join(", "),
    appText.allowedAt(formatDate(allowedAt, locale)),
    lastUsedAt === null ? "" : appText.lastUsed(formatDate(lastUsedAt, locale)),
  ]
    .filter((part) => part !== "")
    .join(" · ");
}

function AppRow({ allowed, onChanged }: { allowed: AllowedApp; onChanged: () => void }) {
  const text = useText();
  const appText = useAppTexts();
  const facts = useFacts(allowed);
  const [open, setOpen] = useState<"change" | "revoke" | null>(null);
  const { id, name } = allowed.app;
  const done = (sentence: string) => {
    setOpen(null);
    showToast(sentence);
    onChanged();
  };
  const revoke = useMutation({
    mutationFn: () => api("DELETE /api/portal/apps/{id}", { params: { id } }),
    onSuccess: () => done(appText.revoked),
    onError: (error) => showToast(sentenceOf(error), { tone: "problem" }),
  });
  return (
    <li className="row">
      <div className="row-main">
        <span className="row-title">{name}</span>
        <span className="muted">{facts}</span>
      </div>
      <div className="row-actions">
        <button
          type="button"
          className="button"
          aria-label={`${appText.change}: ${name}`}
          onClick={() => setOpen("change")}
        >
          {appText.change}
        </button>
        <button
          type="button"
          className="button danger-outline"
          aria-label={`${text.revoke}: ${name}`}
          onClick={() => setOpen("revoke")}
        >
          {text.revoke}
        </button>
      </div>
      {open === "change" && (
        <AllowanceDialog
          allowed={allowed}
          onChanged={() => done(appText.changed)}
          onClose={() => setOpen(null)}
        />
      )}
      {open === "revoke" && (
        <ConfirmDialog
          title={appText.revokeTitle(name)}
          body={appText.revokeBody}
          action={text.revoke}
          busy={revoke.isPending}
          onConfirm={() => revoke.mutate()}
          onClose={() => setOpen(null)}
        />
      )}
    </li>
  );
}
