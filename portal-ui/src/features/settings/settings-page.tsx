import type { Locale } from "@contract/values.ts";
import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { Page } from "../../app/page.tsx";
import { chooseLocale, logOut, updateMe, useMe } from "../../app/session.ts";
import { Choice } from "../../components/choice.tsx";
import { Field } from "../../components/field.tsx";
import { showToast } from "../../components/toast.tsx";
import { api } from "../../lib/api.ts";
import { LOCALE_NAMES, useLocale, useText } from "../../lib/i18n.ts";
import { sentenceOf } from "../../lib/sentence.ts";
import { isApple } from "../../lib/shortcuts.ts";
import { useStore } from "../../lib/store.ts";
import { applyTheme, type Theme, themeStore } from "../../lib/theme.ts";
import { chooseSendKey, type SendKey, sendKeyStore } from "../chat/send-key.ts";
import { Identities } from "./identities.tsx";
import { PasswordForm } from "./password-form.tsx";
import "../lists.css";

const LOCALES: Locale[] = ["zh-CN", "en"];

export function tellProblem(error: unknown): void {
  showToast(sentenceOf(error), { tone: "problem" });
}

/** Profile, preferences of this browser, password, log-out. */
export function SettingsPage() {
  const text = useText();
  return (
    <Page title={text.settings}>
      <Profile />
      <Preferences />
      <section className="panel" aria-labelledby="password-title">
        <h2 id="password-title">{text.changePassword}</h2>
        <PasswordForm />
      </section>
      <Identities />
      <section className="panel" aria-labelledby="session-title">
        <h2 id="session-title">{text.session}</h2>
        <button
          type="button"
          className="button danger-outline"
          onClick={() => void logOut().catch(tellProblem)}
        >
          {text.logOut}
        </button>
      </section>
    </Page>
  );
}

function Profile() {
  const text = useText();
  const me = useMe();
  const [name, setName] = useState(me.name);
  const save = useMutation({
    mutationFn: (changed: { name: string }) => api("PATCH /api/auth/me", { body: changed }),
    onSuccess: (changed) => {
      updateMe(changed);
      showToast(text.saved);
    },
    onError: tellProblem,
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate({ name: name.trim() });
  };
  return (
    <section className="panel" aria-labelledby="profile-title">
      <h2 id="profile-title">{text.profile}</h2>
      <dl className="facts">
        <div>
          <dt>{text.email}</dt>
          <dd>{me.email}</dd>
        </div>
        {me.level && (
          <div>
            <dt>{text.level}</dt>
            <dd>{me.level.name}</dd>
          </div>
        )}
      </dl>
      <form onSubmit={submit}>
        <Field
          label={text.displayName}
          autoComplete="name"
          maxLength={100}
          value={name}
          onValue={setName}
        />
        <button
          type="submit"
          className="button primary"
          disabled={save.isPending || name.trim() === me.name}
        >
          {text.save}
        </button>
      </form>
    </section>
  );
}

function Preferences() {
  const text = useText();
  const locale = useLocale();
  const theme = useStore(themeStore);
  const sendKey = useStore(sendKeyStore);
  return (
    <section className="panel" aria-labelledby="preferences-title">
      <h2 id="preferences-title">{text.preferences}</h2>
      <Choice<Locale>
        label={text.language}
        value={locale}
        options={LOCALES.map((value) => ({ value, label: LOCALE_NAMES[value], lang: value }))}
        onChoose={(value) => void chooseLocale(value).catch(tellProblem)}
      />
      <Choice<Theme>
        label={text.theme}
        value={theme}
        options={[
          { value: "system", label: text.themeSystem, icon: "monitor" },
          { value: "light", label: text.themeLight, icon: "sun" },
          { value: "dark", label: text.themeDark, icon: "moon" },
        ]}
        onChoose={applyTheme}
      />
      <Choice<SendKey>
        label={text.sendKey}
        value={sendKey}
        options={[
          { value: "enter", label: text.sendKeyEnter },
          { value: "mod", label: text.sendKeyMod(isApple ? "⌘" : "Ctrl") },
        ]}
        onChoose={chooseSendKey}
      />
    </section>
  );
}
