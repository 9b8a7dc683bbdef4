/** A chat with the agent as its form stands, beside the form: nothing has to be saved first. */
import { Button, Group, Text, Textarea } from "@mantine/core";
import { type KeyboardEvent, useRef, useState } from "react";
import { useBottom } from "../../../../portal-ui/src/features/chat/use-bottom.ts";
import { useTexts } from "../../lib/i18n.ts";
import { AnswerView } from "../playground/answer-view.tsx";
import { PLAIN_PARAMETERS } from "../playground/request.ts";
import { useLane } from "../playground/use-lane.ts";
import { type AgentValues, canTry, draftOf } from "./agent-values.ts";
import classes from "./agents.module.css";
import { agentTexts } from "./texts.ts";

const DRAFT = "agent/draft";

export function AgentPreview({ values }: { values: AgentValues }) {
  const t = useTexts(agentTexts);
  const lane = useLane(draftOf(values));
  const [text, setText] = useState("");
  const scroller = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  useBottom(scroller, content, lane.turns[0] ? "talking" : "empty");
  const ready = canTry(values) && text.trim() !== "" && !lane.running;
  const send = () => {
    if (!ready) return;
    setText("");
    void lane.send(DRAFT, PLAIN_PARAMETERS, { text, images: [] });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "Enter" || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    send();
  };
  return (
    <section className={classes.preview} aria-labelledby="preview-title">
      <Text component="h2" id="preview-title" fw={600}>
        {t.preview}
      </Text>
      <Text size="sm" c="dimmed">
        {t.previewHelp}
      </Text>
      <div
        ref={scroller}
        className={classes.talk}
        role="log"
        aria-live="off"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        tabIndex={0}
        aria-label={t.preview}
      >
        <div ref={content} className={classes.turns}>
          {values.openingMessage && <p className={classes.opening}>{values.openingMessage}</p>}
          {lane.turns.map(({ id, question, live }) => (
            <div key={id} className={classes.turn}>
              <p className={classes.asked}>{question.text}</p>
              <AnswerView live={live} formatted />
            </div>
          ))}
        </div>
      </div>
      <Textarea
        aria-label={t.previewQuestion}
        placeholder={t.previewQuestion}
        autosize
        minRows={2}
        maxRows={6}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        onKeyDown={onKeyDown}
      />
      <Group justify="space-between">
        <Button variant="subtle" size="xs" disabled={lane.turns.length === 0} onClick={lane.clear}>
          {t.previewAgain}
        </Button>
        {lane.running ? (
          <Button size="xs" variant="default" onClick={lane.stop}>
            {t.previewStop}
          </Button>
        ) : (
          <Button size="xs" disabled={!ready} onClick={send}>
            {t.previewSend}
          </Button>
        )}
      </Group>
    </section>
  );
}
