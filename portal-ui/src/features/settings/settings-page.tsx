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
import { isApple } from "../../lib/shortcuts.ts";
import { useStore } from "../../lib/store.ts";
import { applyTheme, type Theme, themeStore } from "../../lib/theme.ts";
import { chooseSendKey, type SendKey, sendKeyStore } from "../chat/send-key.ts";
import { EmailForm } from "./email-form.tsx";
import { Identities } from "./identities.tsx";
import { PasswordForm } from "./password-form.tsx";
import { SecondFactors } from "./second-factors.tsx";
import { useSecurityText } from "./security-texts.ts";
import { Sessions } from "./sessions.tsx";
import { tellProblem } from "./tell-problem.ts";
import "./security.css";
import "../lists.css";

const LOCALES: Locale[] = ["zh-CN", "en"];

/** Profile, preferences of this browser, ways to log in, sessions. */
export function SettingsPage() {
  const text = useText();
  const own = useSecurityText();
  // The console sends people here who lack a second factor.
  const forConsole = new URLSearchParams(location.search).get("for") === "console";
  return (
    <Page title={text.settings}>
      {forConsole && <Factors forConsole />}
      <Profile />
      <Preferences />
      <section className="panel" aria-labelledby="email-title">
        <h2 id="email-title">{own.email}</h2>
        <EmailForm />
      </section>
      <section className="panel" aria-labelledby="password-title">
        <h2 id="password-title">{text.changePassword}</h2>
        <PasswordForm />
      </section>
      <Identities />
      {!forConsole && <Factors forConsole={false} />}
      <section className="panel" aria-labelledby="session-title">
        <h2 id="session-title">{own.sessions}</h2>
        <Sessions />
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

function Factors({ forConsole }: { forConsole: boolean }) {
  const own = useSecurityText();
  return (
    <section className="panel" aria-labelledby="factors-title">
      <h2 id="factors-title">{own.factors}</h2>
      <SecondFactors forConsole={forConsole} />
    </section>
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
