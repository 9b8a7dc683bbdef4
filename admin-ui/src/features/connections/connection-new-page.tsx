import type { ConnectorInfo } from "@contract";
import { Badge, Group, Stack, Text, TextInput, Title } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { LinkAnchor } from "../../components/links.tsx";
import { Nothing } from "../../components/nothing.tsx";
import { Loaded, PageHead } from "../../components/page.tsx";
import { call } from "../../lib/api.ts";
import { commonTexts } from "../../lib/common-texts.ts";
import { useLocalText, useTexts } from "../../lib/i18n.ts";
import { useNotify } from "../../lib/notify.tsx";
import { connectionsQuery, connectorsQuery } from "../../lib/queries.ts";
import { useSearchState } from "../../lib/use-search-state.ts";
import { ConnectionForm } from "./connection-form.tsx";
import classes from "./connections.module.css";
import { awaitedConsent, useConsent } from "./consent.tsx";
import { PlatformMark } from "./platform-mark.tsx";
import { connectionTexts } from "./texts.ts";

const FAMILIES = ["agents", "models", "builtin"] as const;

/** First the platform, then its guided form. */
export function ConnectionNewPage() {
  const { search } = useSearchState<"connector">();
  const connectors = useQuery(connectorsQuery);
  return (
    <Loaded query={connectors}>
      {(list) => {
        const connector = list.find(({ id }) => id === search.connector);
        return connector ? <NewConnection connector={connector} /> : <Pick connectors={list} />;
      }}
    </Loaded>
  );
}

function BackToList() {
  const t = useTexts(connectionTexts);
  return (
    <LinkAnchor to="/connections" size="sm">
      ← {t.title}
    </LinkAnchor>
  );
}

function NewConnection({ connector }: { connector: ConnectorInfo }) {
  const t = useTexts(connectionTexts);
  const local = useLocalText();
  const notify = useNotify();
  const navigate = useNavigate();
  const connections = useQuery(connectionsQuery);
  const consent = useConsent();
  return (
    <>
      <PageHead
        back={
          <Group gap="md">
            <BackToList />
            <LinkAnchor to="/connections/new" search={{}} size="sm">
              {t.otherPlatform}
            </LinkAnchor>
          </Group>
        }
        title={t.connectTo(local(connector.label))}
      />
      <Loaded query={connections}>
        {(list) => (
          <ConnectionForm
            key={connector.id}
            connector={connector}
            connection={null}
            taken={list.map(({ id }) => id)}
            submitLabel={t.saveAndPick}
            onCancel={() => void navigate({ to: "/connections" })}
            onSaved={async (saved) => {
              const { id, name } = saved;
              const awaited = awaitedConsent(saved);
              // The way back leads to what can be published.
              if (awaited) {
                await navigate({ to: "/connections/$id", params: { id } });
                consent.mutate(awaited);
                return;
              }
              // Remembers the health; what it says is on the card, so it need not be waited for.
              call("POST /api/admin/connections/{id}/test", { params: { id } }).catch(
                notify.failed,
              );
              notify.done(t.saved(name));
              await navigate({ to: "/connections/$id/publish", params: { id } });
            }}
          />
        )}
      </Loaded>
    </>
  );
}

function Pick({ connectors }: { connectors: readonly ConnectorInfo[] }) {
  const t = useTexts(connectionTexts);
  const common = useTexts(commonTexts);
  const [text, setText] = useState("");
  const wanted = text.trim().toLowerCase();
  const shown = connectors.filter((connector) =>
    [connector.id, connector.label.en, connector.label["zh-CN"]].some((name) =>
      name.toLowerCase().includes(wanted),
    ),
  );
  return (
    <>
      <PageHead back={<BackToList />} title={t.pickTitle} description={t.pickHelp} />
      <TextInput
        type="search"
        maw={360}
        mb="lg"
        aria-label={t.pickSearch}
        placeholder={t.pickSearch}
        leftSection={<IconSearch size={16} aria-hidden />}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        autoFocus
      />
      <Stack gap="xl">
        {FAMILIES.map((family) => {
          const members = shown.filter((connector) => connector.family === family);
          if (members.length === 0) return null;
          return (
            <section key={family}>
              <Title order={2} mb="sm">
                {t.families[family]}
              </Title>
              <ul className={classes.grid}>
                {members.map((connector) => (
                  <li key={connector.id}>
                    <Platform connector={connector} />
                  </li>
                ))}
              </ul>
            </section>
          );
        })}
        {shown.length === 0 && (
          <Nothing
            icon={<IconSearch size={26} stroke={1.5} aria-hidden />}
            title={common.noMatches}
            help={common.noMatchesHelp}
          />
        )}
      </Stack>
    </>
  );
}

function Platform({ connector }: { connector: ConnectorInfo }) {
  const t = useTexts(connectionTexts);
  const local = useLocalText();
  const name = local(connector.label);
  return (
    <Link to="/connections/new" search={{ connector: connector.id }} className={classes.platform}>
      <PlatformMark name={name} />
      <div>
        <Text size="sm" fw={600}>
          {name}
        </Text>
        <Group gap={4}>
          {connector.offers.agents && <Badge size="sm">{t.offers.agents}</Badge>}
          {connector.offers.models && (
            <Badge size="sm" color="teal">
              {t.offers.models}
            </Badge>
          )}
        </Group>
      </div>
    </Link>
  );
}
