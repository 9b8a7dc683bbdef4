import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useMe } from "../../app/session.ts";
import { Field } from "../../components/field.tsx";
import { showToast } from "../../components/toast.tsx";
import { ApiError, api } from "../../lib/api.ts";
import { useText } from "../../lib/i18n.ts";
import { sentenceOf } from "../../lib/sentence.ts";
import { focusFirstProblem, newPasswordProblem } from "../auth/validate.ts";

const isWrongPassword = (error: unknown) => error instanceof ApiError && error.param === "current";

/** Changes the password; the current one is asked for, so that an open laptop is not enough. */
export function PasswordForm() {
  const text = useText();
  const me = useMe();
  const [current, setCurrent] = useState("");
  const [next, setNext] = useState("");
  const [checked, setChecked] = useState(false);
  const save = useMutation({
    mutationFn: (body: { current: string; next: string }) =>
      api("POST /api/auth/password", { body }),
    onSuccess: () => {
      setCurrent("");
      setNext("");
      setChecked(false);
      showToast(text.passwordChanged);
    },
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    setChecked(true);
    if (current === "" || newPasswordProblem(next, text)) {
      focusFirstProblem(event.currentTarget);
      return;
    }
    save.mutate({ current, next });
  };
  return (
    <form noValidate onSubmit={submit}>
      {save.isError && (
        <p className="notice problem" role="alert">
          {isWrongPassword(save.error) ? text.currentPasswordWrong : sentenceOf(save.error)}
        </p>
      )}
      {/* Password managers need to know whose password this is. */}
      <input type="hidden" autoComplete="username" value={me.email} readOnly />
      <Field
        label={text.currentPassword}
        type="password"
        autoComplete="current-password"
        value={current}
        error={checked && current === "" ? text.fieldNeeded : null}
        onValue={setCurrent}
      />
      <Field
        label={text.newPassword}
        type="password"
        autoComplete="new-password"
        value={next}
        hint={text.passwordHint}
        error={checked ? newPasswordProblem(next, text) : null}
        onValue={setNext}
      />
      <button type="submit" className="button primary" disabled={save.isPending}>
        {text.changePassword}
      </button>
    </form>
  );
}
