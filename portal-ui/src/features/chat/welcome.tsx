import type { PortalAgent } from "@contract/portal.ts";
import { AgentIcon } from "../../components/agent-icon.tsx";
import { useText } from "../../lib/i18n.ts";
import { Markdown } from "../markdown/markdown.tsx";

interface Props {
  agent: PortalAgent;
  onStarter: (text: string) => void;
}

/** A chat before its first message: who this is, what it says, what one could ask. */
export function Welcome({ agent, onStarter }: Props) {
  const text = useText();
  return (
    <section className="welcome" aria-label={agent.name}>
      <AgentIcon name={agent.name} icon={agent.icon} size={64} />
      <h2>{agent.name}</h2>
      {agent.description && <p className="muted">{agent.description}</p>}
      {agent.openingMessage && (
        <div className="opening">
          <Markdown text={agent.openingMessage} />
        </div>
      )}
      {agent.suggestedQuestions.length > 0 && (
        // biome-ignore lint/a11y/useSemanticElements: a fieldset is for the fields of a form
        <div className="starters" role="group" aria-label={text.starters}>
          {agent.suggestedQuestions.map((question) => (
            <button key={question} type="button" onClick={() => onStarter(question)}>
              {question}
            </button>
          ))}
        </div>
      )}
    </section>
  );
}
