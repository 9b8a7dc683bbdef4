/** How many input tokens a request is about to cost: for the hold, and where nothing is reported. */
import type { ChatInput } from "../../core/run.ts";
import { IMAGE_TOKENS, MESSAGE_OVERHEAD_TOKENS, weighText } from "../../core/tokens.ts";

export function estimateInput(input: ChatInput): number {
  let quarters = 0;
  let tokens = 0;
  for (const message of input.messages) {
    tokens += MESSAGE_OVERHEAD_TOKENS;
    for (const part of message.content) {
      if (part.type === "text") quarters += weighText(part.text);
      else tokens += IMAGE_TOKENS;
    }
    for (const call of message.toolCalls ?? [])
      quarters += weighText(call.name + call.argumentsText);
  }
  if (input.tools) quarters += weighText(JSON.stringify(input.tools));
  return tokens + Math.ceil(quarters / 4);
}
