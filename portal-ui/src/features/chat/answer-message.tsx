import type { Message, PortalAgent } from "@contract/portal.ts";
import { memo } from "react";
import { AgentIcon } from "../../components/agent-icon.tsx";
import { useText } from "../../lib/i18n.ts";
import { Markdown } from "../markdown/markdown.tsx";
import { AnswerActions } from "./answer-actions.tsx";
import { AnswerError } from "./answer-error.tsx";
import { Citations } from "./citations.tsx";
import { Reasoning } from "./reasoning.tsx";
import type { Switcher } from "./switcher.ts";
import { Waiting } from "./waiting.tsx";

interface Props {
  message: Message;
  /** Null when the agent is no longer offered. */
  agent: PortalAgent | null;
  isLast: boolean;
  switcher: Switcher | null;
  /** What the platform says it is doing. */
  status: string;
  reconnecting: boolean;
  /** Null while an answer is being written. */
  onRegenerate: ((answer: Message) => void) | null;
  onSuggestion: ((text: string) => void) | null;
}

/** An answer: thoughts folded, text as markdown, sources, what went wrong, what can be done. */
export const AnswerMessage = memo(function AnswerMessage(props: Props) {
  const { message, agent, isLast, switcher, onRegenerate, onSuggestion } = props;
  const text = useText();
  const running = message.status === "running";
  const name = agent?.name ?? message.target;
  return (
    <article className={isLast ? "message answer last" : "message answer"} aria-busy={running}>
      <header className="answer-header">
        <AgentIcon name={name} icon={agent?.icon ?? ""} size={26} />
        <h2>{name}</h2>
      </header>
      {message.reasoning && (
        <Reasoning text={message.reasoning} thinking={running && message.text === ""} />
      )}
      {message.text && <Markdown text={message.text} finished={!running} />}
      {running && <Progress {...props} />}
      {message.citations.length > 0 && <Citations citations={message.citations} />}
      {message.status === "stopped" && <p className="answer-note">{text.stopped}</p>}
      {message.status === "failed" && <AnswerError message={message} onRetry={onRegenerate} />}
      {!running && (
        <AnswerActions message={message} switcher={switcher} onRegenerate={onRegenerate} />
      )}
      {isLast && !running && onSuggestion && message.suggestions.length > 0 && (
        <div className="suggestions">
          {message.suggestions.map((suggestion) => (
            <button key={suggestion} type="button" onClick={() => onSuggestion(suggestion)}>
              {suggestion}
            </button>
          ))}
        </div>
      )}
    </article>
  );
});

/** Before the first token, while the platform works, and while the connection is away. */
function Progress({ message, status, reconnecting }: Props) {
  const text = useText();
  if (reconnecting) return <Waiting label={text.reconnecting} />;
  if (status) return <Waiting label={status} />;
  if (message.text === "" && message.reasoning === "") return <Waiting label={text.waiting} />;
  return null;
}
