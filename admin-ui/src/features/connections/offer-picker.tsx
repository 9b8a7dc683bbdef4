/** The list of what a platform offers: several are picked, looked over and published in one go. */
import type { Agent, Connection, Model, Offer } from "@contract";
import { Button, Checkbox, Group, SegmentedControl, Text, TextInput } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";
import { useState } from "react";
import { LinkButton } from "../../components/links.tsx";
import { Nothing } from "../../components/nothing.tsx";
import { commonTexts } from "../../lib/common-texts.ts";
import { useTexts } from "../../lib/i18n.ts";
import classes from "./connections.module.css";
import { OfferRow } from "./offer-row.tsx";
import {
  areTermsValid,
  type Draft,
  draftOf,
  isComplete,
  offerKey,
  PLAIN_TERMS,
  publishedAs,
} from "./publish-plan.ts";
import { PublishTerms } from "./publish-terms.tsx";
import { publishTexts } from "./publish-texts.ts";
import { connectionTexts } from "./texts.ts";
import { usePublish } from "./use-publish.ts";

interface Props {
  connection: Connection;
  models: readonly Model[];
  agents: readonly Agent[];
  offers: readonly Offer[];
}

/** A platform may list hundreds: more are shown by searching, not by scrolling. */
const SHOWN = 200;

type Drafts = Record<string, Draft>;

export function OfferPicker({ connection, models, agents, offers }: Props) {
  const t = useTexts(publishTexts);
  const common = useTexts(commonTexts);
  const { id } = connection;
  const hasAgents = offers.some((offer) => offer.kind === "agent");
  const [kind, setKind] = useState<Offer["kind"]>(hasAgents ? "agent" : "model");
  const [text, setText] = useState("");
  const [drafts, setDrafts] = useState<Drafts>({});
  const [terms, setTerms] = useState(PLAIN_TERMS);
  const wanted = text.trim().toLowerCase();
  const shown = offers
    .filter((offer) => offer.kind === kind)
    .filter(({ name, id: own, description }) =>
      [name, own, description].some((part) => part.toLowerCase().includes(wanted)),
    )
    .slice(0, SHOWN);
  const taken = models.map((model) => model.name);
  const picked = offers.flatMap((offer) => drafts[offerKey(offer)] ?? []);
  const pick = (list: readonly Offer[], on: boolean) =>
    setDrafts((now) => {
      const next = { ...now };
      for (const offer of list) {
        if (on) next[offerKey(offer)] ??= draftOf(offer, id, taken);
        else delete next[offerKey(offer)];
      }
      return next;
    });
  const isPublished = (offer: Offer) => publishedAs(offer, id, models, agents) !== null;
  return (
    <>
      <PickerHead offers={offers} kind={kind} onKind={setKind} text={text} onText={setText} />
      <div className={classes.columns}>
        <div>
          {shown.length === 0 ? (
            <Nothing
              icon={<IconSearch size={26} stroke={1.5} aria-hidden />}
              title={common.noMatches}
              help={common.noMatchesHelp}
            />
          ) : (
            <>
              <PickAll
                offers={shown.filter((offer) => !isPublished(offer))}
                drafts={drafts}
                onPick={pick}
              />
              <ul className={classes.offers}>
                {shown.map((offer) => (
                  <OfferRow
                    key={offerKey(offer)}
                    offer={offer}
                    publishedAs={publishedAs(offer, id, models, agents)}
                    draft={drafts[offerKey(offer)]}
                    onToggle={(on) => pick([offer], on)}
                    onDraft={(draft) => setDrafts((now) => ({ ...now, [offerKey(offer)]: draft }))}
                  />
                ))}
              </ul>
            </>
          )}
        </div>
        {picked.length > 0 && (
          <PublishTerms
            terms={terms}
            onChange={setTerms}
            picked={picked}
            groups={[...new Set(agents.map((agent) => agent.group).filter(Boolean))]}
          />
        )}
      </div>
      <Group className={classes.publishBar ?? ""} justify="space-between">
        <Text size="sm" c="dimmed" role="status">
          {t.picked(picked.length)}
        </Text>
        <PublishActions
          connection={connection}
          agents={agents}
          disabled={!(picked.length > 0 && picked.every(isComplete) && areTermsValid(terms))}
          count={picked.length}
          input={{ drafts: picked, terms }}
          onDone={(key) => setDrafts(({ [key]: _, ...others }) => others)}
        />
      </Group>
    </>
  );
}

interface ActionsProps extends Pick<Props, "connection" | "agents"> {
  disabled: boolean;
  count: number;
  input: Parameters<ReturnType<typeof usePublish>["mutate"]>[0];
  onDone: (key: string) => void;
}

function PublishActions({ connection, agents, disabled, count, input, onDone }: ActionsProps) {
  const t = useTexts(connectionTexts);
  const publish = usePublish(connection.id, agents, onDone);
  return (
    <Group gap="sm">
      <LinkButton variant="default" to="/connections">
        {t.later}
      </LinkButton>
      <Button disabled={disabled} loading={publish.isPending} onClick={() => publish.mutate(input)}>
        {t.publishCount(count)}
      </Button>
    </Group>
  );
}

interface HeadProps {
  offers: readonly Offer[];
  kind: Offer["kind"];
  onKind: (kind: Offer["kind"]) => void;
  text: string;
  onText: (text: string) => void;
}

function PickerHead({ offers, kind, onKind, text, onText }: HeadProps) {
  const t = useTexts(connectionTexts);
  const agents = offers.filter((offer) => offer.kind === "agent").length;
  const models = offers.length - agents;
  return (
    <Group gap="sm" mb="sm">
      {agents > 0 && models > 0 && (
        <SegmentedControl
          aria-label={t.publish}
          value={kind}
          onChange={(value) => onKind(value as Offer["kind"])}
          data={[
            { value: "agent", label: t.tabs.agents(agents) },
            { value: "model", label: t.tabs.models(models) },
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
        onChange={(event) => onText(event.currentTarget.value)}
      />
    </Group>
  );
}

interface AllProps {
  /** Those that are not published yet. */
  offers: readonly Offer[];
  drafts: Drafts;
  onPick: (offers: readonly Offer[], on: boolean) => void;
}

function PickAll({ offers, drafts, onPick }: AllProps) {
  const t = useTexts(publishTexts);
  if (offers.length < 2) return null;
  const count = offers.filter((offer) => drafts[offerKey(offer)]).length;
  const all = count === offers.length;
  return (
    <Checkbox
      mb="sm"
      ml={16}
      label={t.pickAll(offers.length)}
      checked={all}
      indeterminate={count > 0 && !all}
      onChange={() => onPick(offers, !all)}
    />
  );
}
