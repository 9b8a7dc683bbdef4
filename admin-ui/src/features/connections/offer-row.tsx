import type { Offer } from "@contract";
import { Badge, Button, Checkbox, Group, Text, Textarea, TextInput } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconChevronDown } from "@tabler/icons-react";
import { LinesInput } from "../../components/form/inputs.tsx";
import { FieldGrid } from "../../components/form/section.tsx";
import { EntityIcon } from "../../components/icon-text.tsx";
import { useTexts } from "../../lib/i18n.ts";
import { agentTexts } from "../agents/texts.ts";
import { modelTexts } from "../models/texts.ts";
import classes from "./connections.module.css";
import { type Draft, isComplete } from "./publish-plan.ts";
import { publishTexts } from "./publish-texts.ts";
import { connectionTexts } from "./texts.ts";

interface Props {
  offer: Offer;
  publishedAs: string | null;
  /** What it becomes, while it is picked. */
  draft: Draft | undefined;
  onToggle: (on: boolean) => void;
  onDraft: (draft: Draft) => void;
}

export function OfferRow({ offer, publishedAs, draft, onToggle, onDraft }: Props) {
  const t = useTexts(connectionTexts);
  const modelWords = useTexts(modelTexts);
  const isAgent = offer.kind === "agent";
  return (
    <li className={classes.offer}>
      <Group wrap="nowrap" gap="sm" align="flex-start">
        <Checkbox
          id={`offer-${offer.kind}-${offer.id}`}
          mt={isAgent ? 6 : 2}
          checked={draft !== undefined}
          aria-label={offer.name || offer.id}
          onChange={(event) => onToggle(event.currentTarget.checked)}
        />
        {isAgent && <EntityIcon icon={draft?.icon ?? offer.icon} name={offer.name} size={32} />}
        <label className={classes.offerText} htmlFor={`offer-${offer.kind}-${offer.id}`}>
          <Group gap="xs">
            <Text size="sm" fw={550} component="span">
              {offer.name || offer.id}
            </Text>
            {offer.modelKind && offer.modelKind !== "chat" && (
              <Badge size="sm" color="gray">
                {modelWords.kinds[offer.modelKind]}
              </Badge>
            )}
            {publishedAs && (
              <Badge size="sm" color="green">
                {t.published}: {publishedAs}
              </Badge>
            )}
          </Group>
          <Text size="xs" c="dimmed" lineClamp={2} component="span">
            {offer.description || (offer.name === offer.id ? "" : offer.id)}
          </Text>
        </label>
      </Group>
      {draft && <DraftFields draft={draft} onDraft={onDraft} />}
    </li>
  );
}

function DraftFields({ draft, onDraft }: { draft: Draft; onDraft: (draft: Draft) => void }) {
  const t = useTexts(connectionTexts);
  const words = useTexts(publishTexts);
  const modelWords = useTexts(modelTexts);
  const [opened, { toggle }] = useDisclosure(false);
  const { offer, name } = draft;
  const bad = offer.kind === "model" ? modelWords.nameBad : words.nameMissing;
  return (
    <div className={classes.draft}>
      <Group gap="sm" align="flex-start" wrap="nowrap">
        <TextInput
          flex={1}
          size="xs"
          aria-label={`${t.publicName}: ${offer.id || offer.name}`}
          maxLength={offer.kind === "agent" ? 100 : 200}
          value={name}
          error={isComplete(draft) ? undefined : bad}
          onChange={(event) => onDraft({ ...draft, name: event.currentTarget.value })}
        />
        {offer.kind === "agent" && (
          <Button
            size="xs"
            variant="subtle"
            aria-expanded={opened}
            aria-label={`${words.edit}: ${offer.name || offer.id}`}
            rightSection={
              <IconChevronDown
                size={14}
                aria-hidden
                style={{ transform: opened ? "rotate(180deg)" : undefined }}
              />
            }
            onClick={toggle}
          >
            {words.edit}
          </Button>
        )}
      </Group>
      {opened && <AgentFields draft={draft} onDraft={onDraft} />}
    </div>
  );
}

/** What the platform says of an agent, to be changed before it is published. */
function AgentFields({ draft, onDraft }: { draft: Draft; onDraft: (draft: Draft) => void }) {
  const t = useTexts(agentTexts);
  const set = (part: Partial<Draft>) => onDraft({ ...draft, ...part });
  return (
    <>
      <FieldGrid>
        <TextInput
          size="xs"
          label={t.icon}
          value={draft.icon}
          onChange={(event) => set({ icon: event.currentTarget.value })}
        />
        <Textarea
          size="xs"
          label={t.description}
          autosize
          maxLength={2000}
          value={draft.description}
          onChange={(event) => set({ description: event.currentTarget.value })}
        />
      </FieldGrid>
      <FieldGrid>
        <Textarea
          size="xs"
          label={t.opening}
          autosize
          minRows={2}
          maxLength={10_000}
          value={draft.openingMessage}
          onChange={(event) => set({ openingMessage: event.currentTarget.value })}
        />
        <LinesInput
          size="xs"
          label={t.questions}
          value={draft.suggestedQuestions}
          onChange={(suggestedQuestions) => set({ suggestedQuestions })}
        />
      </FieldGrid>
    </>
  );
}
