/** One answer: its text as it comes, what went wrong, what it took. */
import { ActionIcon, Badge, Group, Loader, Text } from "@mantine/core";
import { IconCode, IconRefresh } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { CopyIcon } from "../../components/copy.tsx";
import { useTexts } from "../../lib/i18n.ts";
import { lazyPart } from "../../lib/lazy-part.tsx";
import { AnswerError } from "./answer-error.tsx";
import { AnswerFigures, useRecord } from "./answer-figures.tsx";
import type { Answer } from "./exchange.ts";
import { type LiveAnswer, useAnswer } from "./live-answer.ts";
import classes from "./playground.module.css";
import { playgroundTexts } from "./texts.ts";

/** Comes while the first answer is waited for. */
const AnswerText = lazyPart(
  async () => (await import("./answer-text.tsx")).AnswerText,
  ({ text }) => <div className={classes.plain}>{text}</div>,
);

interface Props {
  live: LiveAnswer;
  formatted: boolean;
  onRaw?: (answer: Answer) => void;
  /** Absent for all but the last. */
  onAgain?: () => void;
}

export function AnswerView({ live, formatted, onRaw, onAgain }: Props) {
  const t = useTexts(playgroundTexts);
  const answer = useAnswer(live);
  const { state, text } = answer;
  if (state === "waiting") {
    return (
      <Group gap="xs" className={classes.answer ?? ""}>
        <Loader size="xs" aria-hidden />
        <Text size="sm" c="dimmed">
          {t.waiting}
        </Text>
      </Group>
    );
  }
  const ended = state !== "streaming";
  return (
    <article className={classes.answer} aria-label={t.answer} data-state={state}>
      <Reasoning answer={answer} />
      {text !== "" &&
        (formatted ? (
          <AnswerText text={text} finished={ended} />
        ) : (
          <div className={classes.plain}>{text}</div>
        ))}
      <ToolCalls calls={answer.toolCalls} />
      <Nothing answer={answer} />
      {ended && (
        <AnswerEnd
          answer={answer}
          {...(onRaw ? { onRaw } : {})}
          {...(onAgain ? { onAgain } : {})}
        />
      )}
    </article>
  );
}

/** What is known when it has ended. */
function AnswerEnd({ answer, onRaw, onAgain }: Pick<Props, "onRaw" | "onAgain"> & Of) {
  const t = useTexts(playgroundTexts);
  const record = useRecord(answer);
  const { error, text } = answer;
  return (
    <>
      {error && <AnswerError error={error} record={record} />}
      <footer className={classes.foot}>
        <Marks answer={answer} />
        <AnswerFigures answer={answer} record={record} />
        <Group gap={2}>
          {text !== "" && <CopyIcon value={text} label={t.copyAnswer} />}
          {onRaw && (
            <IconAct label={t.panel.title} onClick={() => onRaw(answer)}>
              <IconCode size={16} />
            </IconAct>
          )}
          {onAgain && (
            <IconAct label={t.again} onClick={onAgain}>
              <IconRefresh size={16} />
            </IconAct>
          )}
        </Group>
      </footer>
    </>
  );
}

interface Of {
  answer: Answer;
}

interface ActProps {
  label: string;
  onClick: () => void;
  children: ReactNode;
}

function IconAct({ label, onClick, children }: ActProps) {
  return (
    <ActionIcon variant="subtle" color="gray" title={label} aria-label={label} onClick={onClick}>
      {children}
    </ActionIcon>
  );
}

function Reasoning({ answer: { reasoning, text } }: Of) {
  const t = useTexts(playgroundTexts);
  if (reasoning === "") return null;
  return (
    // Open while there is nothing else to read.
    <details className={classes.fold} open={text === ""}>
      <summary>{t.reasoning}</summary>
      <div className={classes.plain}>{reasoning}</div>
    </details>
  );
}

function ToolCalls({ calls }: { calls: readonly string[] }) {
  const t = useTexts(playgroundTexts);
  if (calls.length === 0) return null;
  return (
    <>
      <Text size="sm" c="dimmed">
        {t.tools}
      </Text>
      <pre className={classes.code}>{calls.join("\n")}</pre>
    </>
  );
}

/** An answer without a word must not look like one that is still to come. */
function Nothing({ answer: { state, text, toolCalls } }: Of) {
  const t = useTexts(playgroundTexts);
  const empty = text === "" && toolCalls.length === 0;
  if (!empty || (state !== "done" && state !== "stopped")) return null;
  return (
    <Text size="sm" c="dimmed">
      {state === "stopped" ? t.stoppedEmpty : t.emptyAnswer}
    </Text>
  );
}

function Marks({ answer: { state, cached, finish, warnings } }: Of) {
  const t = useTexts(playgroundTexts);
  return (
    <>
      {(state === "stopped" || cached || finish === "length") && (
        <Group gap={6}>
          {state === "stopped" && <Badge color="gray">{t.stopped}</Badge>}
          {cached && <Badge color="teal">{t.cached}</Badge>}
          {finish === "length" && <Badge color="yellow">{t.cut}</Badge>}
        </Group>
      )}
      {warnings && (
        <Text size="sm">
          <b>{t.warnings}</b>: {warnings}
        </Text>
      )}
    </>
  );
}
