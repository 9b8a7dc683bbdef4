import type { Message, PortalAgent } from "@contract/portal.ts";
import { memo, useMemo } from "react";
import { useText } from "../../lib/i18n.ts";
import { AnswerMessage } from "./answer-message.tsx";
import { setChoices, useChoices } from "./choices.ts";
import type { LiveRun } from "./live-run.ts";
import { useLiveRun } from "./live-runs.ts";
import { QuestionMessage } from "./question-message.tsx";
import type { Switcher } from "./switcher.ts";
import { chooseSibling, type PathStep, pathOf } from "./tree.ts";
import { Waiting } from "./waiting.tsx";

interface Props {
  /** The live run's key: the conversation's id, or `NEW`. */
  runKey: string;
  messages: readonly Message[];
  agents: readonly PortalAgent[];
  onRegenerate: (answer: Message) => void;
  onEdit: (question: Message, text: string) => void;
  onSuggestion: (text: string) => void;
}

/** The shown path of the conversation, with the answer being written at its end. */
export const MessageList = memo(function MessageList(props: Props) {
  const { runKey, messages, agents, onRegenerate, onEdit, onSuggestion } = props;
  const text = useText();
  const choices = useChoices(runKey);
  const run = useLiveRun(runKey);
  const path = useMemo(() => pathOf(messages, choices), [messages, choices]);
  const shown = cutBelow(path, run);
  const agentOf = useMemo(() => {
    const known = new Map(agents.map((agent) => [agent.target, agent]));
    return (target: string) => known.get(target) ?? null;
  }, [agents]);
  const switchers = useMemo(
    () => new Map(path.map((step) => [step.message.id, switcherOf(runKey, step, choices)])),
    [path, runKey, choices],
  );
  return (
    <section className="messages" aria-label={text.messagesLog}>
      {shown.map(({ message }, index) => {
        const switcher = switchers.get(message.id) ?? null;
        const isLast = index === shown.length - 1;
        if (message.role === "user") {
          return (
            <QuestionMessage
              key={message.id}
              message={message}
              switcher={switcher}
              onEdit={run ? null : onEdit}
            />
          );
        }
        const live = run?.answer?.id === message.id ? run : null;
        return (
          <AnswerMessage
            key={message.id}
            message={live?.answer ?? message}
            agent={agentOf(message.target)}
            isLast={isLast}
            switcher={switcher}
            status={live?.status ?? ""}
            reconnecting={live?.reconnecting ?? false}
            onRegenerate={run ? null : onRegenerate}
            onSuggestion={run ? null : onSuggestion}
          />
        );
      })}
      {run?.pending && <PendingQuestion run={run} />}
      {run && !run.answer && run.below !== undefined && (
        <Waiting label={run.reconnecting ? text.reconnecting : text.waiting} />
      )}
    </section>
  );
});

/** Until the server names the new messages, nothing after the place where they will stand. */
function cutBelow(path: PathStep[], run: LiveRun | null): PathStep[] {
  if (!run || run.below === undefined) return path;
  const index = path.findIndex(({ message }) => message.id === run.below);
  return path.slice(0, index + 1);
}

function switcherOf(key: string, step: PathStep, choices: PathChoices): Switcher | null {
  if (step.siblings.length < 2) return null;
  return {
    index: step.siblings.indexOf(step.message.id) + 1,
    count: step.siblings.length,
    move: (offset) => setChoices(key, chooseSibling(step, offset, choices)),
  };
}
type PathChoices = Parameters<typeof chooseSibling>[2];

function PendingQuestion({ run }: { run: LiveRun }) {
  const text = useText();
  if (!run.pending) return null;
  return (
    <article className="message question pending">
      <h2 className="visually-hidden">{text.you}</h2>
      {run.pending.images.map((url) => (
        <img key={url.slice(-64)} className="message-image" src={url} alt="" />
      ))}
      {run.pending.text && <div className="bubble">{run.pending.text}</div>}
    </article>
  );
}
