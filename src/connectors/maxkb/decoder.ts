/**
 * MaxKB's stream is OpenAI's, with the conversation's id in each delta, usage of zero until the
 * end, and no `[DONE]`. Failures of the app's model arrive as its words.
 */
import { isTerminal, type RunEvent } from "../../core/run.ts";
import type { Decoder, Frame } from "../connector.ts";
import { asArray, asObject, asText, parseJson } from "../kit/json.ts";
import { OpenAiDecoder, PLAIN_HABITS } from "../kit/openai/decoder.ts";
import { MAXKB_CODES, withConversation } from "./errors.ts";

export class MaxKbDecoder implements Decoder {
  readonly #chunks = new OpenAiDecoder({
    ...PLAIN_HABITS,
    codes: MAXKB_CODES,
    inlineThinking: true,
  });
  #named = false;

  push(frame: Frame): RunEvent[] {
    const events = this.#chunks.push(frame).map(explained);
    const chat = this.#named || events.length === 0 ? null : chatOf(frame.data);
    if (events.some(isTerminal)) this.#named = true;
    if (chat === null) return events;
    this.#named = true;
    return [{ type: "conversation", upstreamConversation: chat }, ...events];
  }

  end(): RunEvent[] {
    return this.#chunks.end();
  }
}

function explained(event: RunEvent): RunEvent {
  return event.type === "run-error" ? { ...event, error: withConversation(event.error) } : event;
}

function chatOf(data: string): string | null {
  const choice = asObject(asArray(asObject(parseJson(data))?.choices)[0]);
  return asText(asObject(choice?.delta)?.chat_id) ?? asText(choice?.chat_id);
}
