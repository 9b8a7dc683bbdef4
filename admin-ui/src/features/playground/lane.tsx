/** One side: what is asked, and the conversation with it. */
import { NativeSelect, Text, VisuallyHidden } from "@mantine/core";
import { useRef } from "react";
import { useBottom } from "../../../../portal-ui/src/features/chat/use-bottom.ts";
import { useTexts } from "../../lib/i18n.ts";
import { AnswerView } from "./answer-view.tsx";
import type { Answer } from "./exchange.ts";
import classes from "./playground.module.css";
import type { Question } from "./request.ts";
import type { Target } from "./targets.ts";
import { playgroundTexts } from "./texts.ts";
import type { Lane as LaneState } from "./use-lane.ts";

interface Props {
  label: string;
  lane: LaneState;
  targets: readonly Target[];
  target: Target | null;
  onTarget: (name: string) => void;
  formatted: boolean;
  onRaw: (answer: Answer) => void;
  onAgain: (question: Question) => void;
}

export function Lane({ label, lane, targets, target, onTarget, ...more }: Props) {
  const t = useTexts(playgroundTexts);
  const { formatted, onRaw, onAgain } = more;
  const { turns, running } = lane;
  const scroller = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  useBottom(scroller, content, turns[0] ? "talking" : "empty");
  return (
    <section className={classes.lane} aria-label={label}>
      <VisuallyHidden component="h2">{target?.label ?? label}</VisuallyHidden>
      <TargetChoice label={label} targets={targets} target={target} onChange={onTarget} />
      <div
        ref={scroller}
        className={classes.scroll}
        role="log"
        aria-live="off"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        tabIndex={0}
        aria-label={label}
      >
        <div ref={content} className={classes.turns}>
          {turns.length === 0 && (
            <div className={classes.start}>
              <Text fw={600}>{t.startTitle}</Text>
              <Text size="sm" c="dimmed">
                {t.startHelp}
              </Text>
            </div>
          )}
          {turns.map(({ id, question, live }, index) => (
            <div key={id} className={classes.turn}>
              <QuestionView question={question} />
              <AnswerView
                live={live}
                formatted={formatted}
                onRaw={onRaw}
                {...(index === turns.length - 1 && !running
                  ? { onAgain: () => onAgain(question) }
                  : {})}
              />
            </div>
          ))}
        </div>
      </div>
    </section>
  );
}

interface ChoiceProps {
  label: string;
  targets: readonly Target[];
  target: Target | null;
  onChange: (name: string) => void;
}

function TargetChoice({ label, targets, target, onChange }: ChoiceProps) {
  const t = useTexts(playgroundTexts);
  const group = (kind: Target["kind"]) =>
    targets
      .filter((one) => one.kind === kind)
      .map(({ name, label: text }) => (
        <option key={name} value={name}>
          {text}
        </option>
      ));
  const [agents, models] = [group("agent"), group("model")];
  return (
    <NativeSelect
      className={classes.target ?? ""}
      aria-label={label}
      value={target?.name ?? ""}
      onChange={(event) => onChange(event.currentTarget.value)}
    >
      {target === null && (
        <option value="" disabled>
          {t.choose}
        </option>
      )}
      {agents.length > 0 && <optgroup label={t.agents}>{agents}</optgroup>}
      {models.length > 0 && <optgroup label={t.models}>{models}</optgroup>}
    </NativeSelect>
  );
}

function QuestionView({ question }: { question: Question }) {
  const t = useTexts(playgroundTexts);
  return (
    <article className={classes.question} aria-label={t.you}>
      {question.images.length > 0 && (
        <div className={classes.pictures}>
          {question.images.map((url, index) => (
            <img key={url} src={url} alt={t.image(index + 1)} />
          ))}
        </div>
      )}
      {question.text}
    </article>
  );
}
