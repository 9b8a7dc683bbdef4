import type { Guide } from "@contract";
import { Anchor, Card, Text, Title } from "@mantine/core";
import { IconExternalLink } from "@tabler/icons-react";
import { useLocalText, useTexts } from "../../lib/i18n.ts";
import classes from "./connections.module.css";
import { connectionTexts } from "./texts.ts";

/** `**bold**` marks the platform's own button names; nothing else is marked up. */
function Marked({ text }: { text: string }) {
  return text.split("**").map((part, index) =>
    // Every second part stood between two marks.
    index % 2 === 1 ? (
      // biome-ignore lint/suspicious/noArrayIndexKey: parts of one fixed text
      <b key={index}>{part}</b>
    ) : (
      part
    ),
  );
}

export function GuideSteps({ guide }: { guide: Guide }) {
  const t = useTexts(connectionTexts);
  const local = useLocalText();
  if (guide.steps.length === 0) return null;
  return (
    <Card component="aside" aria-label={t.steps}>
      <Title order={2} mb="sm">
        {t.steps}
      </Title>
      <ol className={classes.guide}>
        {guide.steps.map((step) => (
          <li key={step.text.en}>
            <Text size="sm" component="span">
              <Marked text={local(step.text)} />
            </Text>
            {step.link && (
              <Anchor
                href={step.link}
                target="_blank"
                rel="noopener noreferrer"
                size="sm"
                className={classes.guideLink ?? ""}
              >
                {t.openPage} <IconExternalLink size={14} aria-hidden />
              </Anchor>
            )}
          </li>
        ))}
      </ol>
    </Card>
  );
}
