import { useState } from "react";
import { Link } from "wouter";
import { useSite } from "../../app/session.ts";
import { ApiError } from "../../lib/api.ts";
import { sentenceOf } from "../../lib/sentence.ts";
import { enter } from "./enter.ts";
import { showPasskey } from "./passkey.ts";
import { useAuthText } from "./texts.ts";

/** Below the password: a code by mail, a passkey, and what to do when it is forgotten. */
export function MoreWays({ onProblem }: { onProblem: (problem: string | null) => void }) {
  const text = useAuthText();
  const { emailCode } = useSite();
  const [busy, setBusy] = useState(false);
  const passkey = async () => {
    setBusy(true);
    onProblem(null);
    try {
      enter(await showPasskey());
    } catch (error) {
      onProblem(error instanceof ApiError ? sentenceOf(error) : text.passkeyFailed);
      setBusy(false);
    }
  };
  return (
    <>
      {emailCode && (
        <p className="auth-other">
          <Link href={`/login/code${location.search}`}>{text.withCode}</Link>
          {" · "}
          <Link href={`/forgot${location.search}`}>{text.forgot}</Link>
        </p>
      )}
      {"PublicKeyCredential" in window && (
        <p className="auth-other">
          <button
            type="button"
            className="link-button"
            disabled={busy}
            onClick={() => void passkey()}
          >
            {text.withPasskey}
          </button>
        </p>
      )}
    </>
  );
}
