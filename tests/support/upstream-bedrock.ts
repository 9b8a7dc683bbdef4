/**
 * The scripted upstream's Bedrock side: `/bedrock/…`, the model's id is the behaviour. Keys are
 * `ABSK…`, or the pair of `aws-signature.ts`, whose signature is checked.
 */
import { signatureFault } from "./aws-signature.ts";
import { eventMessage, exceptionMessage } from "./event-stream.ts";
import type { Behaviour } from "./upstream-behaviour.ts";
import type { Call } from "./upstream-call.ts";
import { misbehaves, sendJson, sendStream } from "./upstream-stream.ts";

type Json = Record<string, unknown>;
interface Turn {
  role: string;
  content: Json[];
}

export async function answerBedrock(call: Call): Promise<void> {
  const fault = call.key.startsWith("ABSK") ? null : signatureFault(call);
  if (fault !== null) return refuse(call, 403, fault, "The request is not authorised.");
  const path = call.path.slice("/bedrock".length);
  if (path === "/foundation-models") {
    return sendJson(call.response, 200, { modelSummaries: [foundationModel("ok")] });
  }
  if (path === "/inference-profiles") {
    const profile = { inferenceProfileId: "us.ok", inferenceProfileName: "US ok" };
    const inferenceProfileSummaries = [{ ...profile, status: "ACTIVE", models: [] }];
    return sendJson(call.response, 200, { inferenceProfileSummaries });
  }
  const [, id, operation] = /^\/model\/([^/]+)\/(converse|converse-stream)$/.exec(path) ?? [];
  if (id === undefined) return refuse(call, 404, "UnknownOperationException", "No such operation.");
  const model = decodeURIComponent(id);
  const behaviour = call.behaviour(model);
  if (await misbehaves(call, behaviour)) return;
  if (behaviour.status !== 200) return refuseAs(call, behaviour.status);
  const wrong = faultIn(call.body);
  if (wrong !== null) return refuse(call, 400, "ValidationException", wrong);
  await answerChat(call, model, behaviour, operation === "converse-stream");
}

function refuse(call: Call, status: number, type: string, message: string): void {
  const headers = { "x-amzn-errortype": `${type}:http://internal.amazon.com/coral/` };
  sendJson(call.response, status, { message }, headers);
}

function refuseAs(call: Call, status: number): void {
  const known: Record<number, [string, string]> = {
    400: ["ValidationException", "The request is malformed."],
    403: ["AccessDeniedException", "You are not authorized to perform this."],
    429: ["ThrottlingException", "Too many requests, please wait before trying again."],
    503: ["ServiceUnavailableException", "Too many connections."],
  };
  const [type, message] = known[status] ?? ["InternalServerException", "It broke."];
  refuse(call, status, type, message);
}

const foundationModel = (modelId: string): Json => ({
  modelId,
  modelName: modelId,
  providerName: "Test",
  outputModalities: ["TEXT"],
  inferenceTypesSupported: ["ON_DEMAND"],
  modelLifecycle: { status: "ACTIVE" },
});

/** What the real service refuses about a conversation; null where it is right. */
function faultIn(body: Json): string | null {
  const turns = (body.messages ?? []) as Turn[];
  if (turns[0]?.role !== "user") return "A conversation must start with a user message.";
  for (const [at, turn] of turns.entries()) {
    if (turn.role === turns[at + 1]?.role) return "roles must alternate";
    for (const block of turn.content) {
      if (block.text === "") return "text content blocks must be non-empty";
      const isTool = "toolUse" in block || "toolResult" in block;
      if (isTool && !body.toolConfig) return "The toolConfig field must be defined.";
    }
  }
  return null;
}

async function answerChat(
  call: Call,
  model: string,
  behaviour: Behaviour,
  stream: boolean,
): Promise<void> {
  const { body, response } = call;
  const limit = Number((body.inferenceConfig as Json | undefined)?.maxTokens ?? 1e9);
  const calls = behaviour.tools && !JSON.stringify(body.messages).includes("toolResult");
  const count = behaviour.ignoresLimit ? behaviour.chunks : Math.min(behaviour.chunks, limit);
  const words = Array.from({ length: count }, (_, at) => (at === 0 ? "Hello " : `word${at} `));
  const texts = behaviour.says === null ? words : [behaviour.says];
  const stopReason = calls ? "tool_use" : count < behaviour.chunks ? "max_tokens" : "end_turn";
  const input = Math.max(1, Math.ceil(JSON.stringify(body.messages ?? []).length / 4));
  const bill = call.bill({ target: model, input: input + 5, output: 0, complete: false });
  // Five tokens come from the cache, which `inputTokens` does not count.
  const usage = () => ({
    ...(behaviour.usage ? { inputTokens: input, outputTokens: calls ? 4 : count } : {}),
    ...(behaviour.usage ? { cacheReadInputTokens: 5, cacheWriteInputTokens: 0 } : {}),
  });
  const toolUse = { toolUseId: "tooluse_1", name: toolName(body) };
  if (!stream) {
    bill.output = calls ? 4 : count;
    bill.complete = true;
    const thought = { reasoningContent: { reasoningText: { text: "Hm.", signature: "c2ln" } } };
    const said = calls
      ? { toolUse: { ...toolUse, input: { city: "Paris" } } }
      : { text: texts.join("") };
    const content = behaviour.reasoning ? [thought, said] : [said];
    const output = { message: { role: "assistant", content } };
    return sendJson(response, 200, { output, stopReason, usage: usage(), metrics: {} });
  }
  const deltas = calls ? toolMessages(toolUse) : textMessages(texts, behaviour);
  await sendStream(response, {
    behaviour,
    contentType: "application/vnd.amazon.eventstream",
    chunks: [eventMessage("messageStart", { role: "assistant" }), ...deltas],
    ending: Buffer.concat([
      eventMessage("contentBlockStop", { contentBlockIndex: 0 }),
      eventMessage("messageStop", { stopReason }),
      eventMessage("metadata", { usage: usage(), metrics: { latencyMs: 12 } }),
    ]),
    error: exceptionMessage("modelStreamErrorException", { message: "The model broke." }),
    onChunk: () => bill.output++,
    onEnd: () => {
      bill.output = calls ? 4 : count;
      bill.complete = true;
    },
  });
}

const blockDelta = (delta: Json): Buffer =>
  eventMessage("contentBlockDelta", { contentBlockIndex: 0, delta, p: "abcdef" });

function textMessages(texts: string[], behaviour: Behaviour): Buffer[] {
  const thought = blockDelta({ reasoningContent: { text: "Hm." } });
  return [...(behaviour.reasoning ? [thought] : []), ...texts.map((text) => blockDelta({ text }))];
}

function toolMessages(toolUse: Json): Buffer[] {
  return [
    eventMessage("contentBlockStart", { contentBlockIndex: 0, start: { toolUse } }),
    blockDelta({ toolUse: { input: '{"city":"Par' } }),
    blockDelta({ toolUse: { input: 'is"}' } }),
  ];
}

function toolName(body: Json): string {
  const config = body.toolConfig as { tools?: { toolSpec?: { name?: string } }[] } | undefined;
  return config?.tools?.[0]?.toolSpec?.name ?? "get_weather";
}
