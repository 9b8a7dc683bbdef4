import type { OwnSession } from "@contract/account.ts";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { showToast } from "../../components/toast.tsx";
import { api } from "../../lib/api.ts";
import { formatDateTime } from "../../lib/format.ts";
import { useLocale } from "../../lib/i18n.ts";
import { useSecurityText } from "./security-texts.ts";
import { tellProblem } from "./tell-problem.ts";

const KEY = ["own-sessions"];

/** Where one is signed in, and the way to end it. */
export function Sessions() {
  const own = useSecurityText();
  const client = useQueryClient();
  const query = useQuery({ queryKey: KEY, queryFn: () => api("GET /api/auth/sessions") });
  const end = useMutation({
    mutationFn: (id: string | null) =>
      id === null
        ? api("POST /api/auth/sessions/end")
        : api("DELETE /api/auth/sessions/{id}", { params: { id } }),
    onSuccess: async (_, id) => {
      showToast(id === null ? own.endedAll : own.ended);
      await client.invalidateQueries({ queryKey: KEY });
    },
    onError: tellProblem,
  });
  const sessions = query.data?.data ?? [];
  return (
    <>
      <ul className="plain-list">
        {sessions.map((session) => (
          <SessionRow
            key={session.id}
            session={session}
            busy={end.isPending}
            onEnd={() => end.mutate(session.id)}
          />
        ))}
      </ul>
      {sessions.length > 1 && (
        <p>
          <button
            type="button"
            className="button"
            disabled={end.isPending}
            onClick={() => end.mutate(null)}
          >
            {own.endAll}
          </button>
        </p>
      )}
    </>
  );
}

function SessionRow({
  session,
  busy,
  onEnd,
}: {
  session: OwnSession;
  busy: boolean;
  onEnd: () => void;
}) {
  const own = useSecurityText();
  const locale = useLocale();
  const { method, agent, address, createdAt, lastUsedAt, current } = session;
  const [first = ""] = method.split("+");
  const facts = [
    own.methods[first] ?? method,
    address,
    own.used(formatDateTime(lastUsedAt ?? createdAt, locale)),
  ];
  return (
    <li className="row">
      <div className="row-main">
        <span className="row-title">
          {agent || own.unknownAgent}
          {current && <span className="muted"> · {own.current}</span>}
        </span>
        <span className="muted">{facts.filter(Boolean).join(" · ")}</span>
      </div>
      {!current && (
        <button
          type="button"
          className="button"
          aria-label={`${own.end}: ${agent || own.unknownAgent}`}
          disabled={busy}
          onClick={onEnd}
        >
          {own.end}
        </button>
      )}
    </li>
  );
}
