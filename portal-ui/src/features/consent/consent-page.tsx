import type { ConsentRequest } from "@contract/oauth.ts";
import { useMutation, useQuery } from "@tanstack/react-query";
import { ErrorState, Spinner } from "../../components/states.tsx";
import { api } from "../../lib/api.ts";
import { sentenceOf } from "../../lib/sentence.ts";
import { type AppTexts, useAppTexts } from "../apps/texts.ts";
import { AuthLayout } from "../auth/auth-layout.tsx";
import { type Decision, DecisionForm } from "./decision-form.tsx";

/** An app asks to act as this person; the answer leads back to it. */
export function ConsentPage() {
  const text = useAppTexts();
  const query = location.search;
  const asked = useQuery({
    queryKey: ["consent", query],
    queryFn: ({ signal }) => api("GET /api/portal/oauth/request", { query: { query }, signal }),
    retry: false,
  });
  const decide = useMutation({
    mutationFn: (decision: Decision) =>
      api("POST /api/portal/oauth/request", { body: { query, ...decision } }),
    // The server has checked that the address is the app's.
    onSuccess: ({ redirect }) => location.assign(redirect),
  });
  if (asked.isPending) return <Spinner />;
  if (asked.isError) {
    return (
      <AuthLayout title={text.consentProblem}>
        <ErrorState error={asked.error} />
      </AuthLayout>
    );
  }
  const { app, place } = asked.data;
  return (
    <AuthLayout title={text.consentTitle(app.name)}>
      {decide.isSuccess ? (
        <p role="status">{place.kind === "scheme" ? text.backManual : text.back}</p>
      ) : (
        <DecisionForm
          asked={asked.data}
          busy={decide.isPending}
          problem={decide.isError ? sentenceOf(decide.error) : null}
          onDecide={(decision) => decide.mutate(decision)}
        >
          <p className="decision-place">{placeWords(place, text)}</p>
        </DecisionForm>
      )}
    </AuthLayout>
  );
}

function placeWords({ kind, name }: ConsentRequest["place"], text: AppTexts): string {
  if (kind === "host") return text.goesTo(name);
  return kind === "device" ? text.goesToDevice : text.goesToScheme(name);
}
