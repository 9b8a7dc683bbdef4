/** All that a token reaches: bots, chatflows and workflows of every workspace, as far as published. */
import type { Offer } from "../../contract/guide.ts";
import type { InputForm } from "../../contract/input-form.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import type { UpstreamError } from "../../core/run.ts";
import type { UpstreamAnswer, UpstreamRequest, Walk } from "../connector.ts";
import { agentOffer } from "../kit/agent-offer.ts";
import { upstreamError } from "../kit/http-errors.ts";
import { asArray, asCount, asObject, asText, type Json, parseJson } from "../kit/json.ts";
import { joinUrl } from "../kit/urls.ts";
import { errorInPayload } from "./errors.ts";
import { type CozeAccount, headersOf } from "./request.ts";
import { type CozeKind, targetNamed } from "./target.ts";

const PAGE_SIZE = 50;
const PAGES_MAX = 20;
/** An agent's opening message takes a call of its own. */
const DETAILS_MAX = 40;
/** Bots that are published to the API, and not elsewhere only. */
const API_CHANNEL = "1024";
/** Coze does not tell what a workflow asks for: a start, which the admin completes. */
const WORKFLOW_INPUTS: InputForm = {
  mode: "run",
  fields: [{ name: "input", type: "paragraph", label: "Input", required: true }],
};

export function get(account: CozeAccount, path: string): UpstreamRequest {
  return {
    method: "GET",
    url: joinUrl(account.settings.baseUrl, path),
    headers: headersOf(account, "application/json"),
    framing: "json",
  };
}

export const listWorkspaces = (account: CozeAccount, page = 1): UpstreamRequest =>
  get(account, `/v1/workspaces?page_num=${page}&page_size=${PAGE_SIZE}`);

/** `data` of an answer, errors in a 200 told as what they are. */
export function dataOf(answer: UpstreamAnswer): Result<Json, UpstreamError> {
  const body = asObject(parseJson(answer.body));
  const error = body && errorInPayload(body, answer.status);
  if (error) return fail(error);
  const data = asObject(body?.data);
  return data ? ok(data) : fail(upstreamError("protocol_violation", "the answer holds no data"));
}

/** A workspace that the token may not look into is passed over: there may be others. */
export function* offersOfAll(account: CozeAccount, first: UpstreamAnswer): Walk<Offer[]> {
  const workspaces = yield* allWorkspaces(account, first);
  if (!workspaces.ok) return workspaces;
  const offers: Offer[] = [];
  for (const workspace of workspaces.value) {
    const space = `workspace_id=${encodeURIComponent(workspace)}&publish_status=published_online`;
    const bots = yield* pages(
      (page) => get(account, `/v1/bots?${space}&connector_id=${API_CHANNEL}&${page}`),
      (entry) => offerOf("bot", entry, ["id", "name"]),
    );
    offers.push(...bots);
    for (const kind of ["chatflow", "workflow"] as const) {
      const flows = yield* pages(
        (page) => get(account, `/v1/workflows?${space}&workflow_mode=${kind}&${page}`),
        (entry) => offerOf(kind, entry, ["workflow_id", "workflow_name"]),
      );
      offers.push(...flows);
    }
  }
  return ok(yield* withOpenings(account, offers));
}

function* allWorkspaces(account: CozeAccount, first: UpstreamAnswer): Walk<string[]> {
  const ids: string[] = [];
  let data = dataOf(first);
  for (let page = 1; ; page++) {
    if (!data.ok) return data;
    if (!Array.isArray(data.value.workspaces)) {
      return fail(upstreamError("protocol_violation", "the answer lists no workspaces"));
    }
    const found = asArray(data.value.workspaces).flatMap(
      (entry) => asText(asObject(entry)?.id) ?? [],
    );
    ids.push(...found);
    const isLast = found.length === 0 || ids.length >= asCount(data.value.total_count);
    if (isLast || page >= PAGES_MAX) return ok(ids);
    const answer = yield listWorkspaces(account, page + 1);
    data = answer.ok ? dataOf(answer.value) : answer;
  }
}

function* pages(
  request: (page: string) => UpstreamRequest,
  read: (entry: Json) => Offer | null,
): Generator<UpstreamRequest, Offer[], Result<UpstreamAnswer, UpstreamError>> {
  const offers: Offer[] = [];
  for (let page = 1; page <= PAGES_MAX; page++) {
    const answer = yield request(`page_num=${page}&page_size=${PAGE_SIZE}`);
    const data = answer.ok ? dataOf(answer.value) : answer;
    if (!data.ok) break;
    const items = asArray(data.value.items);
    offers.push(...items.flatMap((entry) => read(asObject(entry) ?? {}) ?? []));
    if (items.length < PAGE_SIZE) break;
  }
  return offers;
}

function offerOf(
  kind: CozeKind,
  entry: Json,
  [idField, nameField]: [string, string],
): Offer | null {
  const id = asText(entry[idField]);
  if (id === null || entry.is_published === false) return null;
  return agentOffer({
    id: targetNamed(kind, id),
    name: asText(entry[nameField]) ?? id,
    description: asText(entry.description),
    icon: asText(entry.icon_url),
    ...(kind === "workflow" ? { inputs: WORKFLOW_INPUTS } : {}),
  });
}

/** With what each bot says first; where that cannot be read the bot is offered all the same. */
function* withOpenings(
  account: CozeAccount,
  offers: Offer[],
): Generator<UpstreamRequest, Offer[], Result<UpstreamAnswer, UpstreamError>> {
  const whole: Offer[] = [];
  let details = 0;
  for (const offer of offers) {
    if (offer.id.includes(":") || details >= DETAILS_MAX) {
      whole.push(offer);
      continue;
    }
    details++;
    const answer = yield get(account, `/v1/bots/${offer.id}`);
    const data = answer.ok ? dataOf(answer.value) : answer;
    const onboarding = data.ok ? asObject(data.value.onboarding_info) : null;
    whole.push({
      ...offer,
      openingMessage: asText(onboarding?.prologue) ?? "",
      suggestedQuestions: asArray(onboarding?.suggested_questions).flatMap(
        (question) => asText(question) ?? [],
      ),
    });
  }
  return whole;
}
