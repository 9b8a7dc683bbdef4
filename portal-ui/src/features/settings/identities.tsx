import type { Identity } from "@contract/providers.ts";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { showToast } from "../../components/toast.tsx";
import { api } from "../../lib/api.ts";
import { sentenceOf } from "../../lib/sentence.ts";
import { ProviderMark } from "../auth/providers/provider-mark.tsx";
import { ProviderNotice } from "../auth/providers/provider-notice.tsx";
import { useProviderTexts } from "../auth/providers/texts.ts";
import "../auth/providers/providers.css";

const KEY = ["identities"];

/** One's accounts at other places; nothing where the site has none. */
export function Identities() {
  const t = useProviderTexts();
  const query = useQuery({ queryKey: KEY, queryFn: () => api("GET /api/auth/identities") });
  const { data = [], unlinkable = false } = query.data ?? {};
  if (data.length === 0) return <ProviderNotice />;
  return (
    <section className="panel" aria-labelledby="identities-title">
      <h2 id="identities-title">{t.title}</h2>
      <p className="muted">{t.help}</p>
      <ProviderNotice />
      <ul className="identities">
        {data.map((identity) => (
          <Row key={identity.slug} identity={identity} unlinkable={unlinkable} />
        ))}
      </ul>
      {!unlinkable && data.some((one) => one.linked) && <p className="muted">{t.lastWay}</p>}
    </section>
  );
}

const tellProblem = (error: unknown) => showToast(sentenceOf(error), { tone: "problem" });

function Row({ identity, unlinkable }: { identity: Identity; unlinkable: boolean }) {
  const t = useProviderTexts();
  const queryClient = useQueryClient();
  const { slug, name, kind, linked } = identity;
  const link = useMutation({
    mutationFn: () =>
      api("POST /api/auth/identities/{slug}", { params: { slug }, body: { next: "/settings" } }),
    onSuccess: ({ url }) => location.assign(url),
    onError: tellProblem,
  });
  const unlink = useMutation({
    mutationFn: () => api("DELETE /api/auth/identities/{slug}", { params: { slug } }),
    onSuccess: async () => {
      showToast(t.unlinked(name));
      await queryClient.invalidateQueries({ queryKey: KEY });
    },
    onError: tellProblem,
  });
  const who = linked?.email || linked?.name;
  return (
    <li>
      <ProviderMark kind={kind} />
      <div>
        <p>{name}</p>
        <p className="muted">{linked ? (who ? t.linkedAs(who) : t.linked) : t.notLinked}</p>
      </div>
      {linked ? (
        <button
          type="button"
          className="button"
          aria-label={t.unlinkFrom(name)}
          disabled={!unlinkable || unlink.isPending}
          onClick={() => unlink.mutate()}
        >
          {t.unlink}
        </button>
      ) : (
        <button
          type="button"
          className="button"
          aria-label={t.linkTo(name)}
          disabled={link.isPending || link.isSuccess}
          onClick={() => link.mutate()}
        >
          {t.link}
        </button>
      )}
    </li>
  );
}
