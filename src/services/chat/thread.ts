/**
 * Conversations that clients of the API name: an agent's platform goes on with the one that it
 * began for that name. Invariants:
 *
 * 1. A name leads to a conversation only for the same user, key or app, person that the client
 *    names, agent, and place at the platform: others with the same name begin their own.
 * 2. What is remembered is of answers that ended well: a failed one leaves what was there.
 * 3. Memory is a convenience: where History is down the question is asked without it.
 */
import { createHash } from "node:crypto";
import type { ChatInput } from "../../core/run.ts";
import { conversationsOf } from "../conversations.ts";
import type { Caller } from "../identity/callers.ts";
import type { Services } from "../services.ts";
import type { ChatTarget } from "./target.ts";

export interface Thread {
  /** What is asked, going on with the platform's conversation where there is one. */
  input: ChatInput;
  /** Called with the platform's conversation when an answer in it has ended. */
  keep(upstreamConversation: string): Promise<void>;
}

/** Null where the client names none, or what is asked keeps none. */
export async function openThread(
  services: Services,
  caller: Caller,
  target: ChatTarget,
  { thread, ...input }: ChatInput,
): Promise<Thread | null> {
  if (thread === undefined || input.upstreamConversation !== undefined) return null;
  const name = nameOf(caller, target, input.endUser, thread);
  if (name === null) return null;
  const history = conversationsOf(services, caller);
  const known = await orNothing(history.thread(name));
  return {
    input: known === null ? input : { ...input, upstreamConversation: known },
    keep: async (upstreamConversation) => {
      await orNothing(history.keepThread(name, upstreamConversation));
    },
  };
}

/** Null for what runs on models: they remember nothing. */
function nameOf(
  { credential }: Caller,
  { name, routes, platform }: ChatTarget,
  endUser: string,
  thread: string,
): string | null {
  const [route] = routes;
  if (!platform || !route) return null;
  const by = credential.kind === "key" ? credential.keyId : "session";
  const place = [route.connection.id, route.upstreamId];
  const whole = JSON.stringify([by, endUser, name, place, thread]);
  return createHash("sha256").update(whole).digest("base64url");
}

async function orNothing<Value>(asked: Promise<Value>): Promise<Value | null> {
  try {
    return await asked;
  } catch (cause) {
    console.error("threads: History does not answer", cause);
    return null;
  }
}
