/** Other places to log in at, on the console's log-in page: their buttons, and what went wrong. */
import type { SignInProblem } from "@contract";
import { Alert, Avatar, Button, Divider, Stack } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { useSession } from "../../app/session.tsx";
import { useTexts } from "../../lib/i18n.ts";
import { providerTexts } from "./provider-texts.ts";

/** Where the person is, without what the last try has left in the address. */
function here(): string {
  const url = new URL(location.href);
  for (const name of ["problem", "provider"]) url.searchParams.delete(name);
  return url.pathname + url.search;
}

export function ProviderButtons() {
  const t = useTexts(providerTexts);
  const { providers } = useSession().boot.site;
  const query = new URLSearchParams({ next: here() });
  return (
    <Stack gap="sm" mt="lg">
      <Divider label={t.or} />
      {providers.map(({ slug, name }) => (
        <Button
          key={slug}
          component="a"
          variant="default"
          fullWidth
          href={`/api/auth/providers/${slug}/start?${query}`}
          leftSection={
            <Avatar size={22} radius="sm" color="brand" variant="light" aria-hidden>
              {[...name][0]?.toUpperCase()}
            </Avatar>
          }
        >
          {t.logInWith(name)}
        </Button>
      ))}
    </Stack>
  );
}

export function ProviderProblem() {
  const t = useTexts(providerTexts);
  const { providers } = useSession().boot.site;
  const query = new URLSearchParams(location.search);
  const problem = query.get("problem") ?? "";
  const slug = query.get("provider") ?? "";
  if (!Object.hasOwn(t.problems, problem)) return null;
  const name = providers.find((one) => one.slug === slug)?.name ?? slug;
  return (
    <Alert
      role="alert"
      mb="md"
      color={problem === "confirm" ? "blue" : "red"}
      icon={<IconAlertTriangle aria-hidden />}
    >
      {t.problems[problem as SignInProblem](name)}
    </Alert>
  );
}
