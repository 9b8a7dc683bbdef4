import type { DeviceRequest } from "@contract/oauth.ts";
import { useMutation, useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useSearchParams } from "wouter";
import { Field } from "../../components/field.tsx";
import { Spinner } from "../../components/states.tsx";
import { api } from "../../lib/api.ts";
import { formatDateTime } from "../../lib/format.ts";
import { useLocale } from "../../lib/i18n.ts";
import { sentenceOf } from "../../lib/sentence.ts";
import { useAppTexts } from "../apps/texts.ts";
import { AuthLayout } from "../auth/auth-layout.tsx";
import { type Decision, DecisionForm } from "../consent/decision-form.tsx";

/** A device, or AIGNE's command line, waits for this person's yes. */
export function DevicePage() {
  const text = useAppTexts();
  const [params] = useSearchParams();
  const [code, setCode] = useState(params.get("connect") ?? params.get("user_code") ?? "");
  const asked = useQuery({
    queryKey: ["device", code],
    queryFn: ({ signal }) => api("GET /api/portal/oauth/device", { query: { code }, signal }),
    enabled: code !== "",
    retry: false,
    refetchOnWindowFocus: false,
  });
  const decide = useMutation({
    mutationFn: (decision: Decision) =>
      api("POST /api/portal/oauth/device", { body: { code, ...decision } }),
  });
  if (decide.isSuccess) {
    const { allow } = decide.variables;
    return (
      <AuthLayout title={text.deviceTitle}>
        <p role="status">{allow ? text.deviceAllowed : text.deviceDenied}</p>
      </AuthLayout>
    );
  }
  if (code !== "" && asked.isPending) return <Spinner />;
  if (!asked.data) {
    const problem = asked.isError ? sentenceOf(asked.error) : null;
    return <CodeForm problem={problem} onCode={setCode} />;
  }
  return (
    <AuthLayout title={text.consentTitle(asked.data.app.name)}>
      <DecisionForm
        asked={asked.data}
        busy={decide.isPending}
        problem={decide.isError ? sentenceOf(decide.error) : null}
        onDecide={(decision) => decide.mutate(decision)}
      >
        <Asker asked={asked.data} code={code} />
      </DecisionForm>
    </AuthLayout>
  );
}

/** From where and by what it was asked; a code that came in a link must be the one on the device. */
function Asker({ asked, code }: { asked: DeviceRequest; code: string }) {
  const text = useAppTexts();
  const locale = useLocale();
  const { askedFrom, askedBy, askedAt, kind } = asked;
  const facts = [
    askedFrom === "" ? "" : text.askedFrom(askedFrom),
    askedBy === "" ? "" : text.askedBy(askedBy),
    text.askedAt(formatDateTime(askedAt, locale)),
  ];
  return (
    <>
      <p className="muted">{facts.filter((fact) => fact !== "").join(" · ")}</p>
      <p className="decision-place">
        {kind === "device" ? text.sameCode(code.toUpperCase()) : text.onlyYours}
      </p>
      {kind === "connect" && <p className="muted">{text.connectKey}</p>}
    </>
  );
}

function CodeForm(props: { problem: string | null; onCode: (code: string) => void }) {
  const text = useAppTexts();
  const [typed, setTyped] = useState("");
  const [bad, setBad] = useState(false);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const letters = typed.toUpperCase().replace(/[^A-Z]/g, "");
    setBad(letters.length !== 8);
    if (letters.length === 8) props.onCode(`${letters.slice(0, 4)}-${letters.slice(4)}`);
  };
  return (
    <AuthLayout title={text.deviceTitle}>
      <form noValidate onSubmit={submit}>
        {props.problem && (
          <p className="notice problem" role="alert">
            {props.problem}
          </p>
        )}
        <p className="muted">{text.deviceIntro}</p>
        <Field
          label={text.code}
          error={bad ? text.codeBad : null}
          value={typed}
          autoComplete="off"
          autoCapitalize="characters"
          spellCheck={false}
          maxLength={20}
          onValue={setTyped}
          autoFocus
        />
        <button type="submit" className="button primary wide">
          {text.next}
        </button>
      </form>
    </AuthLayout>
  );
}
