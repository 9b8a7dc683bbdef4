/** `POST /v1/completions`: texts to be continued, each as a chat of one message. */
import * as z from "zod";
import type { Failure } from "../core/failure.ts";
import { fail, ok, type Result } from "../core/result.ts";
import type { ChatInput } from "../core/run.ts";
import { threadOf } from "./client-thread.ts";
import { readAs, wrong } from "./read-as.ts";

/** Each choice is a run of its own. */
const MAX_CHOICES = 16;
/** The protocol's own. */
const USUAL_MAX_TOKENS = 16;

const requestSchema = z.looseObject({
  model: z.string().min(1),
  prompt: z.union([z.string(), z.array(z.string()).min(1)], "a text or a list of texts"),
  suffix: z.string().nullish(),
  echo: z.boolean().nullish(),
  max_tokens: z.number().int().min(1).nullish(),
  temperature: z.number().min(0).max(2).nullish(),
  top_p: z.number().min(0).max(1).nullish(),
  n: z.number().int().min(1).max(128).nullish(),
  best_of: z.number().int().min(1).max(20).nullish(),
  stop: z.union([z.string(), z.array(z.string())]).nullish(),
  stream: z.boolean().nullish(),
  stream_options: z.looseObject({ include_usage: z.boolean().nullish() }).nullish(),
  user: z.string().max(512).nullish(),
});
type CompletionsRequest = z.infer<typeof requestSchema>;

/** Fields that mean the same in a chat, for the upstreams that know them. */
const SAME_IN_CHAT = ["presence_penalty", "frequency_penalty", "logit_bias", "seed", "user"];
const KNOWN: ReadonlySet<string> = new Set([...Object.keys(requestSchema.shape), ...SAME_IN_CHAT]);

export interface DecodedCompletions {
  model: string;
  /** One for each choice, those of the first prompt first. */
  inputs: [ChatInput, ...ChatInput[]];
  /** What stands before the text of each choice. */
  echoed: string[];
  includeUsage: boolean;
  /** What nobody will do, in words for the client. */
  leftOut: string[];
}

export function decodeCompletions(
  body: unknown,
  endUser: string,
): Result<DecodedCompletions, Failure> {
  const read = readAs(requestSchema, body);
  if (!read.ok) return read;
  const request = read.value;
  const copies = request.n ?? 1;
  const prompts = [request.prompt].flat().flatMap((prompt) => Array<string>(copies).fill(prompt));
  if (prompts.length > MAX_CHOICES) {
    const param = Array.isArray(request.prompt) ? "prompt" : "n";
    return fail(wrong(param, `at most ${MAX_CHOICES} choices in one request`));
  }
  if ((request.best_of ?? copies) > copies) {
    return fail({ ...wrong("best_of", "more than n is not supported"), code: "unsupported_value" });
  }
  const [first = "", ...others] = prompts;
  const inputOf = (prompt: string) => chatInput(request, prompt, endUser);
  const names = Object.keys(request).filter((name) => !KNOWN.has(name) && request[name] != null);
  return ok({
    model: request.model,
    inputs: [inputOf(first), ...others.map(inputOf)],
    echoed: prompts.map((prompt) => (request.echo ? prompt : "")),
    includeUsage: request.stream_options?.include_usage ?? false,
    leftOut: names.length === 0 ? [] : [`Not done: ${names.join(", ")}.`],
  });
}

function chatInput(request: CompletionsRequest, prompt: string, endUser: string): ChatInput {
  const { suffix, temperature, top_p: topP, stop } = request;
  const same = SAME_IN_CHAT.flatMap((name) =>
    request[name] == null ? [] : [[name, request[name]] as const],
  );
  return {
    ...threadOf(request, []),
    messages: [
      {
        role: "user",
        content: [{ type: "text", text: suffix ? between(prompt, suffix) : prompt }],
      },
    ],
    stream: request.stream ?? false,
    endUser: request.user ? `${endUser}:${request.user}` : endUser,
    maxOutputTokens: request.max_tokens ?? USUAL_MAX_TOKENS,
    raw: { protocol: "openai-chat", body: Object.fromEntries(same) },
    ...(temperature == null ? {} : { temperature }),
    ...(topP == null ? {} : { topP }),
    ...(stop == null ? {} : { stop: [stop].flat() }),
  };
}

/** Models that chat are told what models that continue texts would see. */
function between(prompt: string, suffix: string): string {
  return [
    "Write what belongs between the two parts, and nothing else.",
    `<before>${prompt}</before>`,
    `<after>${suffix}</after>`,
  ].join("\n");
}
