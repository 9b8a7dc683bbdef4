/** What stands around the conversations. */
import { Button, Card, Switch, Text, Title, VisuallyHidden } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { IconCode, IconMessagePlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useMe } from "../../app/session.tsx";
import { PageHead } from "../../components/page.tsx";
import { useFormats } from "../../lib/format.ts";
import { useTexts } from "../../lib/i18n.ts";
import { userQuery } from "../../lib/queries.ts";
import classes from "./playground.module.css";
import { playgroundTexts } from "./texts.ts";
import type { Lane } from "./use-lane.ts";

interface HeadProps {
  two: boolean;
  onCompare: (on: boolean) => void;
  onClear: () => void;
  onCode: () => void;
}

export function Head({ two, onCompare, onClear, onCode }: HeadProps) {
  const t = useTexts(playgroundTexts);
  return (
    <PageHead
      title={t.title}
      description={t.help}
      actions={
        <>
          <Switch
            label={t.compare}
            checked={two}
            onChange={(event) => onCompare(event.currentTarget.checked)}
          />
          <Button
            variant="default"
            leftSection={<IconMessagePlus size={16} aria-hidden />}
            onClick={onClear}
          >
            {t.clear}
          </Button>
          <Button
            variant="default"
            leftSection={<IconCode size={16} aria-hidden />}
            onClick={onCode}
          >
            {t.code}
          </Button>
        </>
      }
    />
  );
}

/** What pays for the next question. */
export function Balance() {
  const t = useTexts(playgroundTexts);
  const format = useFormats();
  const wallet = useQuery(userQuery(useMe().id)).data?.wallet;
  return (
    wallet && (
      <Text size="xs" c="dimmed" className="portico-numbers">
        {t.balance(format.credits(wallet.available_micro))}
      </Text>
    )
  );
}

/** Beside the conversations; on a phone folded above them. */
export function Settings({ children }: { children: ReactNode }) {
  const t = useTexts(playgroundTexts);
  const narrow = useMediaQuery("(max-width: 61.99em)");
  if (narrow) {
    return (
      <details className={classes.settings}>
        <summary>{t.settings}</summary>
        {children}
      </details>
    );
  }
  return (
    <Card
      component="aside"
      padding="md"
      aria-labelledby="parameters"
      className={classes.settings ?? ""}
    >
      <Title order={2} id="parameters" mb="sm">
        {t.settings}
      </Title>
      {children}
    </Card>
  );
}

/** Told to screen readers: that answers begin and end, not each word of them. */
export function Announcement({ lanes }: { lanes: readonly Lane[] }) {
  const t = useTexts(playgroundTexts);
  const states = lanes.flatMap(({ turns }) => turns.at(-1)?.live.latest.state ?? []);
  const words = { waiting: t.waiting, streaming: t.started, done: t.done } as const;
  const told = states.map((state) => ({ ...words, stopped: t.stopped, failed: t.failed })[state]);
  return (
    <VisuallyHidden role="status">
      <Text>{told.join(" · ")}</Text>
    </VisuallyHidden>
  );
}
