import type { ConsentRequest } from "@contract/oauth.ts";
import { type ReactNode, useState } from "react";
import { logOut, useMe } from "../../app/session.ts";
import { Field } from "../../components/field.tsx";
import { showToast } from "../../components/toast.tsx";
import { formatCredits } from "../../lib/format.ts";
import { useLocale } from "../../lib/i18n.ts";
import { sentenceOf } from "../../lib/sentence.ts";
import { readCredits, shownCredits } from "../apps/credits.ts";
import { useAppTexts } from "../apps/texts.ts";
import "./consent.css";

export interface Decision {
  allow: boolean;
  creditsPerMonth: number | null;
}

interface Props {
  asked: Omit<ConsentRequest, "place">;
  busy: boolean;
  problem: string | null;
  onDecide: (decision: Decision) => void;
  /** Where the answer goes, or from where it is asked: what a person can check. */
  children: ReactNode;
}

/** What an app asks for, what it may spend, and the two answers. */
export function DecisionForm({ asked, busy, problem, onDecide, children }: Props) {
  const text = useAppTexts();
  const locale = useLocale();
  const { app, scopes, models, limits, standing } = asked;
  const [credits, setCredits] = useState(() => shownCredits(standing?.limits ?? {}));
  const read = readCredits(credits);
  const pays = scopes.includes("gateway");
  return (
    <form
      className="decision"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (read && !busy) onDecide({ allow: true, creditsPerMonth: read.credits });
      }}
    >
      {problem && (
        <p className="notice problem" role="alert">
          {problem}
        </p>
      )}
      <p>{text.wants(app.name)}</p>
      <ul className="decision-scopes">
        {pays && <li>{models.length > 0 ? text.gatewayOnly(models.join(", ")) : text.gateway}</li>}
        {scopes.includes("wallet") && <li>{text.wallet}</li>}
      </ul>
      {children}
      <p className="muted">{app.origin === "made" ? text.vouched : text.selfNamed}</p>
      {standing && <p className="muted">{text.standing}</p>}
      {pays && (
        <Field
          label={text.credits}
          hint={
            limits.creditsPerMonth === undefined
              ? text.creditsHint
              : text.appLimit(formatCredits(limits.creditsPerMonth, locale))
          }
          error={read ? null : text.creditsBad}
          inputMode="decimal"
          value={credits}
          onValue={setCredits}
        />
      )}
      <div className="decision-answers">
        <button
          type="button"
          className="button"
          disabled={busy}
          onClick={() => onDecide({ allow: false, creditsPerMonth: null })}
        >
          {text.deny}
        </button>
        <button type="submit" className="button primary" disabled={busy || !read}>
          {text.allow}
        </button>
      </div>
      <Who />
    </form>
  );
}

/** As whom, and the way to be somebody else: log-in leads back here. */
function Who() {
  const text = useAppTexts();
  const me = useMe();
  const leave = () => {
    logOut().catch((error: unknown) => showToast(sentenceOf(error), { tone: "problem" }));
  };
  return (
    <p className="muted decision-who">
      {text.signedInAs(me.email)}{" "}
      <button type="button" className="link-button" onClick={leave}>
        {text.other}
      </button>
    </p>
  );
}
