/** Responses that a client has had kept: what a later request refers to, and their own resource. */
import { refuse } from "../core/failure.ts";
import type { KeptResponse } from "../durable/history/protocol.ts";
import { type Item, itemsSchema } from "../front/openai-responses-items.ts";
import type { ResponsesRequest } from "../front/openai-responses-request.ts";
import { conversationsOf } from "./conversations.ts";
import type { Services } from "./services.ts";
import type { Owner } from "./wallets.ts";

type Json = Record<string, unknown>;
export type ItemWithId = Item & { id: string };

/** Of what was asked; what was answered fits beside it. */
const KEPT_CHARACTERS_MAX = 6_000_000;

interface Document {
  /** What was asked in the request itself. */
  items: ItemWithId[];
  response: Json;
}

const documentOf = (kept: KeptResponse) => JSON.parse(kept.document) as Document;

/** What is asked: earlier responses, the first one first, then the request's own items. */
export async function itemsAsked(
  services: Services,
  owner: Owner,
  request: ResponsesRequest,
): Promise<{ earlier: Item[]; own: Item[] }> {
  const { previous_response_id: previousId, input = [] } = request;
  const earlier = previousId == null ? [] : await itemsUpTo(services, owner, previousId);
  const own = await Promise.all(
    input.map((item, at) =>
      item.type === "item_reference" ? itemBehind(services, owner, item.id, at) : item,
    ),
  );
  return { earlier, own };
}

/** A response and all before it, as items. */
async function itemsUpTo(services: Services, owner: Owner, id: string): Promise<Item[]> {
  const chain = await conversationsOf(services, owner).keptChain(id);
  if (!chain) {
    const message = `There is no response "${id}" to continue: it or one before it was not kept, or is too long ago.`;
    return refuse("not_found", message, { param: "previous_response_id" });
  }
  return chain.map(documentOf).flatMap(({ items, response }) => [...items, ...outputOf(response)]);
}

const outputOf = (response: Json): Item[] => itemsSchema.parse(response.output);

/** The id of an item names the response that it is in. */
async function itemBehind(services: Services, owner: Owner, id: string, at: number): Promise<Item> {
  const [, suffix] = /^[a-z]+_([0-9a-z]+)_i?\d+$/.exec(id) ?? [];
  const kept =
    suffix === undefined
      ? null
      : await conversationsOf(services, owner).keptResponse(`resp_${suffix}`);
  const { items, response } = kept ? documentOf(kept) : { items: [], response: { output: [] } };
  const found = [...items, ...outputOf(response)].find((item) => item.id === id);
  const param = `input.${at}.id`;
  return found ?? refuse("not_found", `There is no item "${id}" that was kept.`, { param });
}

/** Whether the response to such items can be kept. */
export function canKeep(items: readonly Item[]): boolean {
  return JSON.stringify(items).length <= KEPT_CHARACTERS_MAX;
}

/** Keeps a response with what was asked. A failure is told to the log alone: the answer stands. */
export async function keepResponse(
  services: Services,
  owner: Owner,
  items: readonly Item[],
  response: Json,
): Promise<void> {
  const id = String(response.id);
  const previousId = response.previous_response_id as string | null;
  const document: Document = { items: withIds(items, id), response };
  const kept = { id, previousId, atMs: Date.now(), document: JSON.stringify(document) };
  try {
    const done = await conversationsOf(services, owner).keepResponse(kept);
    if (!done) console.warn("responses: too large to be kept", id);
  } catch (cause) {
    console.error("responses: one could not be kept", id, cause);
  }
}

const PREFIXES: Record<Item["type"], string> = {
  message: "msg",
  function_call: "fc",
  function_call_output: "fco",
  reasoning: "rs",
  item_reference: "ref",
};

function withIds(items: readonly Item[], responseId: string): ItemWithId[] {
  const suffix = responseId.replace(/^resp_/, "");
  return items.map((item, at) => ({ ...item, id: `${PREFIXES[item.type]}_${suffix}_i${at}` }));
}

export async function responseOf(services: Services, owner: Owner, id: string): Promise<Json> {
  return documentOf(await keptOf(services, owner, id)).response;
}

/** All that a response was asked with, oldest first. */
export async function inputItemsOf(
  services: Services,
  owner: Owner,
  id: string,
): Promise<ItemWithId[]> {
  const { items, response } = documentOf(await keptOf(services, owner, id));
  const previousId = response.previous_response_id as string | null;
  const earlier = previousId === null ? [] : await itemsUpTo(services, owner, previousId);
  return [...(earlier as ItemWithId[]), ...items];
}

export async function removeResponse(services: Services, owner: Owner, id: string): Promise<void> {
  const removed = await conversationsOf(services, owner).removeResponse(id);
  if (!removed) refuse("not_found", missing(id));
}

async function keptOf(services: Services, owner: Owner, id: string): Promise<KeptResponse> {
  const kept = await conversationsOf(services, owner).keptResponse(id);
  return kept ?? refuse("not_found", missing(id));
}

const missing = (id: string) => `There is no response "${id}" of yours.`;
