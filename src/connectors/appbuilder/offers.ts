/** All published apps that a key reaches, with what each says first. */
import type { Offer } from "../../contract/guide.ts";
import { ok, type Result } from "../../core/result.ts";
import type { UpstreamError } from "../../core/run.ts";
import type { UpstreamAnswer, UpstreamRequest, Walk } from "../connector.ts";
import { agentOffer } from "../kit/agent-offer.ts";
import { asArray, asObject, asText, type Json } from "../kit/json.ts";
import { type AppBuilderAccount, post, readObject, violation } from "./calls.ts";

const PAGE_SIZE = 20;
const PAGES_MAX = 50;
/** What an app says first takes a call of its own. */
const DETAILS_MAX = 40;

export function listApps(account: AppBuilderAccount, marker: string | null): UpstreamRequest {
  const page = { maxKeys: PAGE_SIZE, ...(marker === null ? {} : { marker }) };
  return post(account, "/v2/app?Action=DescribeApps", { body: page });
}

export function readList(answer: UpstreamAnswer): Result<Json, UpstreamError> {
  const body = readObject(answer);
  return body.ok && !Array.isArray(body.value.data)
    ? violation("the list of apps holds no data")
    : body;
}

export const offersIn = (list: Json): Offer[] => asArray(list.data).flatMap(offerOf);

/** A list with a page missing would be taken for the whole. */
export function* offersOfAll(account: AppBuilderAccount, first: UpstreamAnswer): Walk<Offer[]> {
  const offers: Offer[] = [];
  let list = readList(first);
  for (let page = 1; ; page++) {
    if (!list.ok) return list;
    offers.push(...offersIn(list.value));
    const marker = asText(list.value.nextMarker);
    if (list.value.isTruncated !== true || marker === null || page >= PAGES_MAX) break;
    const answer = yield listApps(account, marker);
    list = answer.ok ? readList(answer.value) : answer;
  }
  const whole: Offer[] = [];
  for (const offer of offers.slice(0, DETAILS_MAX)) {
    const answer = yield post(account, "/v2/app?Action=DescribeApp", { body: { id: offer.id } });
    const app = answer.ok ? readObject(answer.value) : answer;
    whole.push(app.ok ? withOpening(offer, app.value) : offer);
  }
  return ok([...whole, ...offers.slice(DETAILS_MAX)]);
}

function offerOf(entry: unknown): Offer[] {
  const app = asObject(entry);
  const id = asText(app?.id);
  if (!app || id === null || app.isPublished === false) return [];
  return [agentOffer({ id, name: asText(app.name) ?? id, description: asText(app.description) })];
}

function withOpening(offer: Offer, app: Json): Offer {
  return {
    ...offer,
    openingMessage: asText(app.prologue) ?? "",
    suggestedQuestions: asArray(app.exampleQueries).flatMap((query) => asText(query) ?? []),
  };
}
