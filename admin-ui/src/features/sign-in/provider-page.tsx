import type { Provider, ProviderKindInfo, SignInPage } from "@contract";
import { Text } from "@mantine/core";
import { Link, useNavigate } from "@tanstack/react-router";
import { LinkAnchor } from "../../components/links.tsx";
import { PageHead } from "../../components/page.tsx";
import { useLocalText, useTexts } from "../../lib/i18n.ts";
import { useNotify } from "../../lib/notify.tsx";
import { useSearchState } from "../../lib/use-search-state.ts";
import classes from "../connections/connections.module.css";
import { PlatformMark } from "../connections/platform-mark.tsx";
import { ProviderForm } from "./provider-form.tsx";
import { signInTexts } from "./texts.ts";

/** `?open=<id>` a provider that is there, `?kind=<kind>` a new one, `?kind=new` which kind. */
export function ProviderPage({ page }: { page: SignInPage }) {
  const { search } = useSearchState<"open" | "kind">();
  const provider = page.providers.find((one) => one.id === search.open) ?? null;
  const kind = page.kinds.find((one) => one.kind === (provider?.kind ?? search.kind));
  return kind ? <One page={page} kind={kind} provider={provider} /> : <Pick page={page} />;
}

function Back() {
  const t = useTexts(signInTexts);
  return (
    <LinkAnchor to="/sign-in" search={{}} size="sm">
      ← {t.title}
    </LinkAnchor>
  );
}

function Pick({ page }: { page: SignInPage }) {
  const t = useTexts(signInTexts);
  const local = useLocalText();
  return (
    <>
      <PageHead back={<Back />} title={t.pickTitle} description={t.pickHelp} />
      <ul className={classes.grid}>
        {page.kinds.map(({ kind, label }) => (
          <li key={kind}>
            <Link to="/sign-in" search={{ kind }} className={classes.platform}>
              <PlatformMark name={local(label)} />
              <Text size="sm" fw={600}>
                {local(label)}
              </Text>
            </Link>
          </li>
        ))}
      </ul>
    </>
  );
}

interface OneProps {
  page: SignInPage;
  kind: ProviderKindInfo;
  provider: Provider | null;
}

function One({ page, kind, provider }: OneProps) {
  const t = useTexts(signInTexts);
  const local = useLocalText();
  const notify = useNotify();
  const navigate = useNavigate();
  const leave = () => void navigate({ to: "/sign-in", search: {} });
  return (
    <>
      <PageHead back={<Back />} title={provider?.name ?? t.newTitle(local(kind.label))} />
      <ProviderForm
        kind={kind}
        provider={provider}
        page={page}
        onCancel={leave}
        onSaved={(saved) => {
          notify.done(t.savedProvider(saved.name));
          leave();
        }}
        onRemoved={leave}
      />
    </>
  );
}
