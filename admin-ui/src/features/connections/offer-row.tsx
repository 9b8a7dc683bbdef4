import type { Offer } from "@contract";
import { Badge, Checkbox, Group, Text, TextInput } from "@mantine/core";
import { useTexts } from "../../lib/i18n.ts";
import { modelTexts } from "../models/texts.ts";
import classes from "./connections.module.css";
import { isModelName } from "./publish-plan.ts";
import { connectionTexts } from "./texts.ts";

interface Props {
  offer: Offer;
  publishedAs: string | null;
  /** The public name while it is picked. */
  name: string | undefined;
  onToggle: (on: boolean) => void;
  onName: (name: string) => void;
}

export function OfferRow({ offer, publishedAs, name, onToggle, onName }: Props) {
  const t = useTexts(connectionTexts);
  const modelWords = useTexts(modelTexts);
  const picked = name !== undefined;
  const bad = picked && offer.kind === "model" && !isModelName(name);
  return (
    <li className={classes.offer}>
      <Checkbox
        checked={picked}
        onChange={(event) => onToggle(event.currentTarget.checked)}
        label={
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
        }
        description={offer.description || (offer.name === offer.id ? undefined : offer.id)}
      />
      {picked && (
        <TextInput
          size="xs"
          aria-label={`${t.publicName}: ${offer.id}`}
          value={name}
          error={bad ? modelWords.nameBad : undefined}
          onChange={(event) => onName(event.currentTarget.value)}
        />
      )}
    </li>
  );
}
