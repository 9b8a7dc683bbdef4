/** Starting a run: target, admission, and the upstream that will answer. */

import type { Streaming, UpstreamTarget } from "../../connectors/connector.ts";
import { withInlineFiles } from "../../connectors/kit/inline-files.ts";
import { exchange, openStream } from "../../connectors/kit/invoke.ts";
import type { Failure } from "../../core/failure.ts";
import { FAILURE_POLICY } from "../../core/policy.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import type { ChatInput, UpstreamError } from "../../core/run.ts";
import { askChatCache } from "../cache/chat-cache.ts";
import type { Services } from "../services.ts";
import { holdFor, upstreamLimit } from "./admission.ts";
import { admitCall, type CallOrder, type Rates, type Refused } from "./admit.ts";
import { estimateInput } from "./estimate.ts";
import { broken, type OpenRoute, openRoute, type RouteOrder } from "./open-route.ts";
import { stickyOf } from "./order.ts";
import { Run } from "./run.ts";
import type { OpenedUpstream } from "./run-parts.ts";
import { stopWork } from "./stop.ts";
import { resolveTarget } from "./target.ts";
import { openThread } from "./thread.ts";
import { withUploads } from "./upload.ts";

export interface ChatOrder extends CallOrder {
  targetName: string;
  input: ChatInput;
  /** Whether the answer must be a new one. */
  anew?: boolean;
}

export type StartedChat = { run: Run; rates: Rates; cached: boolean };

export async function startChat(
  services: Services,
  order: ChatOrder,
): Promise<Result<StartedChat, Refused>> {
  const { site, startedAt, caller, surface } = order;
  const { thread: _thread, ...plain } = order.input;
  const resolved = resolveTarget(site, order.targetName);
  if (!resolved.ok) return fail({ failure: resolved.error, rates: {} });
  const target = resolved.value;
  const inputTokens = estimateInput(target.adapt(plain));
  const hold = holdFor(target, inputTokens, plain.maxOutputTokens);
  const sticky = stickyOf(order.input, caller.userId, surface);
  const admitted = await admitCall(services, { ...order, sticky }, target, hold);
  if (!admitted.ok) return admitted;
  const { parts, spendableMicro, rates } = admitted.value;
  // Of several answers at once none can be the one that is gone on with.
  const thread = order.anew ? null : await openThread(services, caller, target, order.input);
  const input = withNewConversation(thread?.input ?? plain, order.requestId);
  const cache = order.anew
    ? null
    : await askChatCache(services, order, target, target.adapt(input));
  const run = new Run({
    ...parts,
    stream: input.stream,
    input,
    inputTokens,
    outputLimit: upstreamLimit(target, inputTokens, input.maxOutputTokens, spendableMicro),
    spendableMicro,
    ...(thread ? { keepConversation: thread.keep } : {}),
    open: async (candidate, upstreamTarget, adapted, signal) => {
      const route = { site, candidate, signal, startedAt };
      const opened = await open(services, route, upstreamTarget, adapted);
      return opened.ok && cache?.hit === false ? ok(cache.keep(opened.value)) : opened;
    },
    ...(cache?.hit ? cache.parts : {}),
  });
  return ok({ run, rates, cached: cache?.hit === true });
}

async function open(
  services: Services,
  order: RouteOrder,
  target: UpstreamTarget,
  input: ChatInput,
): Promise<Result<OpenedUpstream, UpstreamError>> {
  const route = await openRoute(services, order);
  if (!route.ok) return route;
  const { connector, account, options } = route.value;
  if (!connector.chat) return broken(`the connector ${connector.id} does not chat`);
  const { signal, deadlineMs } = options();
  const files = { allowPrivate: false, signal, deadlineMs };
  const inlined = await withInlineFiles(connector.chat, input, files);
  if (!inlined.ok) return inlined;
  const begun = await begin(connector.chat, route.value, target, inlined.value);
  if (!begun.ok) return begun;
  const { candidate } = order;
  const given = await withUploads(connector.chat, route.value, candidate, target, begun.value);
  if (!given.ok) return given;
  const prepared = connector.chat.prepare(account, target, given.value);
  if (!prepared.ok) return prepared;
  const opened = await openStream(connector, prepared.value.request, options());
  if (!opened.ok) return opened;
  const { warnings } = prepared.value;
  const { frames } = opened.value;
  const decoder = connector.chat.decoder(given.value);
  const { stop } = connector.chat;
  const about = { target, input: given.value };
  const stops = stop && { stop: () => stopWork(stop, route.value, decoder, about) };
  return ok({ connector, decoder, frames, warnings, ...stops });
}

/** A request is answered once: its id is a conversation's that nobody has used. */
function withNewConversation(input: ChatInput, requestId: string): ChatInput {
  return input.upstreamConversation === undefined
    ? { ...input, newConversation: requestId }
    : input;
}

/** The input with the conversation that the platform made for it, where that takes a call. */
async function begin(
  chat: Streaming<unknown, unknown>,
  { connector, account, options }: OpenRoute,
  target: UpstreamTarget,
  input: ChatInput,
): Promise<Result<ChatInput, UpstreamError>> {
  if (!chat.begin || input.upstreamConversation !== undefined) return ok(input);
  if (chat.begin.needed?.(target) === false) return ok(input);
  const made = await exchange(connector, chat.begin, account, { target, input }, options());
  return made.ok ? ok({ ...input, newConversation: made.value }) : made;
}

/** What a client is told of an upstream's failure: rich inside, poor outside. */
export function upstreamFailure(error: UpstreamError): Failure {
  const policy = FAILURE_POLICY[error.reason];
  const told = policy.tellDetail && error.detail !== "";
  const messages: Partial<Record<Failure["code"], string>> = {
    upstream_rejected: "The upstream refused this request.",
    upstream_timeout: "The upstream did not answer in time.",
  };
  return {
    code: policy.code,
    message: told ? error.detail : (messages[policy.code] ?? "The upstream is not available."),
    ...(policy.code === "upstream_rejected" && error.status === 422 ? { status: 422 } : {}),
    ...(error.reason === "rate_limited" || error.reason === "overloaded"
      ? { status: 503, retryAfterMs: error.retryAfterMs ?? 1000 }
      : {}),
  };
}
