import type { Agent, Connection, Model } from "@contract";
import { Group } from "@mantine/core";
import { IconPackageOff } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { PageMissing } from "../../app/fallbacks.tsx";
import { LinkAnchor, LinkButton } from "../../components/links.tsx";
import { Nothing } from "../../components/nothing.tsx";
import { LoadError, Loaded, PageHead } from "../../components/page.tsx";
import { useTexts } from "../../lib/i18n.ts";
import { agentsQuery, connectionsQuery, modelsQuery, offersQuery } from "../../lib/queries.ts";
import { OfferPicker } from "./offer-picker.tsx";
import { connectionTexts } from "./texts.ts";

/** What the platform offers now; the picked ones become models and agents. */
export function PublishPage() {
  const { id } = useParams({ from: "/connections/$id/publish" });
  const connections = useQuery(connectionsQuery);
  const models = useQuery(modelsQuery);
  const agents = useQuery(agentsQuery);
  return (
    <Loaded query={connections}>
      {(list) => {
        const connection = list.find((one) => one.id === id);
        if (!connection) return <PageMissing />;
        return (
          <Loaded query={models}>
            {(allModels) => (
              <Loaded query={agents}>
                {(allAgents) => (
                  <Publish connection={connection} models={allModels} agents={allAgents} />
                )}
              </Loaded>
            )}
          </Loaded>
        );
      }}
    </Loaded>
  );
}

interface Props {
  connection: Connection;
  models: readonly Model[];
  agents: readonly Agent[];
}

function Publish(props: Props) {
  const t = useTexts(connectionTexts);
  const { id, name } = props.connection;
  const offers = useQuery(offersQuery(id));
  const byHand = (
    <>
      <LinkButton variant="default" to="/models/$id" params={{ id: "new" }}>
        {t.byHandModel}
      </LinkButton>
      <LinkButton variant="default" to="/agents/$id" params={{ id: "new" }}>
        {t.byHandAgent}
      </LinkButton>
    </>
  );
  return (
    <>
      <PageHead
        back={
          <LinkAnchor to="/connections" size="sm">
            ← {t.title}
          </LinkAnchor>
        }
        title={t.publishTitle(name)}
        description={t.publishHelp}
      />
      {offers.error && !offers.data && (
        <>
          <LoadError error={offers.error} onRetry={() => void offers.refetch()} />
          <Group mt="md">{byHand}</Group>
        </>
      )}
      {!offers.error && (
        <Loaded query={offers}>
          {(list) =>
            list.length === 0 ? (
              <Nothing
                icon={<IconPackageOff size={26} stroke={1.5} aria-hidden />}
                title={t.offersEmptyTitle}
                help={t.offersEmptyHelp}
                action={byHand}
              />
            ) : (
              <OfferPicker {...props} offers={list} />
            )
          }
        </Loaded>
      )}
    </>
  );
}
