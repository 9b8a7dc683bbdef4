import type { Agent, Connection, Model, Offer } from "@contract";
import { Button, Group, SegmentedControl, Text, TextInput } from "@mantine/core";
import { IconPackageOff, IconSearch } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { useState } from "react";
import { PageMissing } from "../../app/fallbacks.tsx";
import { LinkAnchor, LinkButton } from "../../components/links.tsx";
import { Nothing } from "../../components/nothing.tsx";
import { LoadError, Loaded, PageHead } from "../../components/page.tsx";
import { commonTexts } from "../../lib/common-texts.ts";
import { useTexts } from "../../lib/i18n.ts";
import { agentsQuery, connectionsQuery, modelsQuery, offersQuery } from "../../lib/queries.ts";
import classes from "./connections.module.css";
import { OfferRow } from "./offer-row.tsx";
import { offerKey, publishedAs, suggestedName } from "./publish-plan.ts";
import { connectionTexts } from "./texts.ts";
import { usePublish } from "./use-publish.ts";

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

/** A platform may list hundreds: more are shown by searching, not by scrolling. */
const SHOWN = 200;

function OfferPicker({ connection, models, agents, offers }: Props & { offers: readonly Offer[] }) {
  const t = useTexts(connectionTexts);
  const common = useTexts(commonTexts);
  const count = (kind: Offer["kind"]) => offers.filter((offer) => offer.kind === kind).length;
  const [kind, setKind] = useState<Offer["kind"]>(count("agent") > 0 ? "agent" : "model");
  const [text, setText] = useState("");
  const [picked, setPicked] = useState<Record<string, string>>({});
  const publish = usePublish(connection.id, agents, (key) =>
    setPicked(({ [key]: _, ...others }) => others),
  );
  const wanted = text.trim().toLowerCase();
  const shown = offers.filter(
    (offer) =>
      offer.kind === kind &&
      [offer.name, offer.id, offer.description].some((part) => part.toLowerCase().includes(wanted)),
  );
  const taken = models.map((model) => model.name);
  const picks = offers
    .filter((offer) => picked[offerKey(offer)] !== undefined)
    .map((offer) => ({ offer, name: picked[offerKey(offer)] ?? "" }));
  const toggle = (offer: Offer, on: boolean) => {
    const { [offerKey(offer)]: _, ...others } = picked;
    const name = suggestedName(offer, connection.id, taken);
    setPicked(on ? { ...others, [offerKey(offer)]: name } : others);
  };
  return (
    <>
      <Group justify="space-between" mb="sm">
        <Group gap="sm">
          {count("agent") > 0 && count("model") > 0 && (
            <SegmentedControl
              aria-label={t.publish}
              value={kind}
              onChange={(value) => setKind(value as Offer["kind"])}
              data={[
                { value: "agent", label: t.tabs.agents(count("agent")) },
                { value: "model", label: t.tabs.models(count("model")) },
              ]}
            />
          )}
          <TextInput
            type="search"
            w={260}
            aria-label={t.searchOffers}
            placeholder={t.searchOffers}
            leftSection={<IconSearch size={16} aria-hidden />}
            value={text}
            onChange={(event) => setText(event.currentTarget.value)}
          />
        </Group>
        <Group gap="sm">
          <LinkButton variant="default" to="/connections">
            {t.later}
          </LinkButton>
          <Button
            disabled={picks.length === 0}
            loading={publish.isPending}
            onClick={() => publish.mutate(picks)}
          >
            {t.publishCount(picks.length)}
          </Button>
        </Group>
      </Group>
      {kind === "model" && (
        <Text size="sm" c="dimmed" mb="sm">
          {t.noPrice}{" "}
          <LinkAnchor to="/models" size="sm" underline="always">
            {t.setPrices}
          </LinkAnchor>
        </Text>
      )}
      {shown.length === 0 ? (
        <Nothing
          icon={<IconSearch size={26} stroke={1.5} aria-hidden />}
          title={common.noMatches}
          help={common.noMatchesHelp}
        />
      ) : (
        <ul className={classes.offers}>
          {shown.slice(0, SHOWN).map((offer) => (
            <OfferRow
              key={offerKey(offer)}
              offer={offer}
              publishedAs={publishedAs(offer, connection.id, models, agents)}
              name={picked[offerKey(offer)]}
              onToggle={(on) => toggle(offer, on)}
              onName={(name) => setPicked((now) => ({ ...now, [offerKey(offer)]: name }))}
            />
          ))}
        </ul>
      )}
    </>
  );
}
