import { queryOptions, useQuery } from "@tanstack/react-query";
import { Loaded, PageHead } from "../../components/page.tsx";
import { call } from "../../lib/api.ts";
import { useTexts } from "../../lib/i18n.ts";
import { lazyPart } from "../../lib/lazy-part.tsx";
import { useSearchState } from "../../lib/use-search-state.ts";
import { ProvidersSection } from "./providers-section.tsx";
import { signInTexts } from "./texts.ts";

const ProviderPage = lazyPart(async () => (await import("./provider-page.tsx")).ProviderPage);

const SwitchesForm = lazyPart(async () => (await import("./switches-form.tsx")).SwitchesForm);

const signInQuery = queryOptions({
  queryKey: ["sign-in"],
  queryFn: ({ signal }) => call("GET /api/admin/sign-in", { signal }),
});

/** The switches and the providers; or one provider, where the address names it. */
export function SignInPage() {
  const t = useTexts(signInTexts);
  const query = useQuery(signInQuery);
  const { search } = useSearchState<"open" | "kind">();
  if (search.open || search.kind) {
    return (
      <Loaded query={query}>
        {(page) => <ProviderPage key={search.open ?? search.kind} page={page} />}
      </Loaded>
    );
  }
  return (
    <>
      <PageHead title={t.title} description={t.help} />
      <Loaded query={query}>
        {(page) => (
          <>
            <ProvidersSection page={page} />
            <SwitchesForm page={page} />
          </>
        )}
      </Loaded>
    </>
  );
}
