import type { Provider, SignInPage } from "@contract";
import { ActionIcon, Badge, Button, Group, Text, Title, VisuallyHidden } from "@mantine/core";
import { IconArrowDown, IconArrowUp, IconPlus, IconUserShield } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { Nothing } from "../../components/nothing.tsx";
import { call } from "../../lib/api.ts";
import { useLocalText, useTexts } from "../../lib/i18n.ts";
import { useNotify } from "../../lib/notify.tsx";
import { useSearchState } from "../../lib/use-search-state.ts";
import { PlatformMark } from "../connections/platform-mark.tsx";
import { moved } from "./order.ts";
import classes from "./sign-in.module.css";
import { signInTexts } from "./texts.ts";

export function ProvidersSection({ page }: { page: SignInPage }) {
  const t = useTexts(signInTexts);
  const { setSearch } = useSearchState<"kind">();
  const add = (
    <Button
      leftSection={<IconPlus size={16} aria-hidden />}
      onClick={() => setSearch({ kind: "new" }, { push: true })}
    >
      {t.add}
    </Button>
  );
  return (
    <section className={classes.section} aria-labelledby="providers">
      <Group justify="space-between" align="flex-start" mb="md">
        <div>
          <Title order={2} id="providers">
            {t.providers}
          </Title>
          <Text size="sm" c="dimmed" mt={2}>
            {t.providersHelp}
          </Text>
        </div>
        {page.providers.length > 0 && add}
      </Group>
      {page.providers.length > 0 ? (
        <Providers page={page} />
      ) : (
        <Nothing
          icon={<IconUserShield size={26} stroke={1.5} aria-hidden />}
          title={t.none}
          help={t.noneHelp}
          action={add}
        />
      )}
    </section>
  );
}

/** Two buttons a row in place of dragging: they work with a keyboard and on a phone. */
function Providers({ page }: { page: SignInPage }) {
  const t = useTexts(signInTexts);
  const notify = useNotify();
  const queryClient = useQueryClient();
  const [said, setSaid] = useState("");
  const order = useMutation({
    mutationFn: (ids: string[]) => call("PUT /api/admin/sign-in/order", { body: { ids } }),
    onMutate: (ids) => {
      const sorted = ids.flatMap((id) => page.providers.find((one) => one.id === id) ?? []);
      queryClient.setQueryData(["sign-in"], { ...page, providers: sorted });
    },
    onError: notify.failed,
    onSettled: () => queryClient.invalidateQueries({ queryKey: ["sign-in"] }),
  });
  const ids = page.providers.map((one) => one.id);
  const move = ({ id, name }: Provider, by: -1 | 1) => {
    const next = moved(ids, id, by);
    if (!next) return;
    order.mutate(next);
    setSaid(t.moved(name, next.indexOf(id) + 1));
  };
  return (
    <>
      <ul className={classes.list}>
        {page.providers.map((provider, at) => (
          <li key={provider.id} className={classes.row}>
            <Row provider={provider} page={page} />
            <Group gap={4} wrap="nowrap">
              <ActionIcon
                variant="subtle"
                color="gray"
                aria-label={t.up(provider.name)}
                disabled={at === 0}
                onClick={() => move(provider, -1)}
              >
                <IconArrowUp size={16} aria-hidden />
              </ActionIcon>
              <ActionIcon
                variant="subtle"
                color="gray"
                aria-label={t.down(provider.name)}
                disabled={at === ids.length - 1}
                onClick={() => move(provider, 1)}
              >
                <IconArrowDown size={16} aria-hidden />
              </ActionIcon>
            </Group>
          </li>
        ))}
      </ul>
      <VisuallyHidden role="status">{said}</VisuallyHidden>
    </>
  );
}

function Row({ provider, page }: { provider: Provider; page: SignInPage }) {
  const t = useTexts(signInTexts);
  const local = useLocalText();
  const kind = page.kinds.find((one) => one.kind === provider.kind);
  const about = [
    kind ? local(kind.label) : provider.kind,
    t.people(provider.people),
    kind?.path === "enter" ? t.noButton : "",
  ].filter(Boolean);
  return (
    <Group gap="sm" wrap="nowrap" className={classes.what ?? ""}>
      <PlatformMark name={provider.name} />
      <div>
        <Group gap="xs">
          <Link to="/sign-in" search={{ open: provider.id }} className={classes.name}>
            {provider.name}
          </Link>
          {!provider.enabled && <Badge color="gray">{t.off}</Badge>}
        </Group>
        <Text size="sm" c="dimmed">
          {about.join(" · ")}
        </Text>
      </div>
    </Group>
  );
}
