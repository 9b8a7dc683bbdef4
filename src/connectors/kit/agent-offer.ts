/** An agent that can be published; what its platform does not tell stays empty. */
import type { Offer } from "../../contract/guide.ts";
import type { InputForm } from "../../contract/input-form.ts";

interface AgentTold {
  id: string;
  name: string;
  description?: string | null;
  icon?: string | null;
  openingMessage?: string | null;
  suggestedQuestions?: string[];
  inputs?: InputForm;
}

export function agentOffer(told: AgentTold): Offer {
  return {
    kind: "agent",
    id: told.id,
    name: told.name,
    description: told.description ?? "",
    icon: told.icon ?? "",
    openingMessage: told.openingMessage ?? "",
    suggestedQuestions: told.suggestedQuestions ?? [],
    modelKind: null,
    ...(told.inputs ? { inputs: told.inputs } : {}),
  };
}
