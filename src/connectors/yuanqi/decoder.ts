/**
 * Yuanqi's stream is OpenAI's, with the agent's own steps in it: calls of its tools and what they
 * gave are no part of the answer.
 */
import type { RunEvent } from "../../core/run.ts";
import type { Decoder, Frame } from "../connector.ts";
import { asArray, asObject, asText, parseJson } from "../kit/json.ts";
import { OpenAiDecoder } from "../kit/openai/decoder.ts";

export class YuanqiDecoder implements Decoder {
  readonly #chunks = new OpenAiDecoder();

  push(frame: Frame): RunEvent[] {
    const isStep = isStepOfAgent(frame);
    return this.#chunks.push(frame).flatMap((event): RunEvent[] => {
      if (event.type === "tool-call-delta") {
        return event.name === undefined
          ? []
          : [{ type: "status", label: event.name, state: "running" }];
      }
      return isStep && event.type === "text-delta" ? [] : [event];
    });
  }

  end(): RunEvent[] {
    return this.#chunks.end();
  }
}

function isStepOfAgent({ data }: Frame): boolean {
  const choice = asObject(asArray(asObject(parseJson(data))?.choices)[0]);
  const part = asObject(choice?.delta) ?? asObject(choice?.message);
  return asText(part?.role) === "tool" || asArray(part?.tool_calls).length > 0;
}
