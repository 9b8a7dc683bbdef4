/**
 * What an endpoint does is told to the audit: begun before the handler runs, ended after, with what
 * changed. All of it follows from the endpoint tables, so that no handler can forget it: what was
 * sent is shown as its schema knows it, and the state before and after as the `GET` of the same
 * thing answers it, which holds no secrets.
 */
import type { AuditActor, AuditTarget } from "../contract/audit.ts";
import type { Endpoint, EndpointKey } from "../contract/endpoint.ts";
import { withoutSecrets } from "../contract/secret.ts";
import { changesBetween, nameOf } from "../core/changes.ts";
import { FailureError, loggable } from "../core/failure.ts";
import { type AuditEnd, beginAudit, endAudit, endOfError } from "../services/audit.ts";
import { addressOf } from "./address.ts";
import { type AppContext, deferOf } from "./app.ts";

export interface Served {
  endpoint: Endpoint;
  handler: (c: AppContext, input: unknown) => unknown;
}
type Params = Record<string, string>;

interface Input {
  params: Params;
  body: unknown;
}

/** Runs what the audit tells of; null for an endpoint of which it says nothing. */
export type Told = (c: AppContext, input: Input, deed: () => unknown) => Promise<unknown>;

export function tellerOf(
  key: EndpointKey,
  endpoint: Endpoint,
  find: (key: string) => Served | undefined,
): Told | null {
  if (!isAudited(key, endpoint)) return null;
  const action = typeof endpoint.audited === "string" ? endpoint.audited : actionOf(key);
  const read = readerOf(key, endpoint, find);
  return async (c, input, deed) => {
    const work = tell(c, { action, key, endpoint, read, input, deed });
    // Whoever leaves before the answer must not take the outcome with him.
    deferOf(c)(work.catch(() => undefined));
    return await work;
  };
}

const SAFE = /^GET /;

export function isAudited(key: string, { auth, audited }: Endpoint): boolean {
  const isWrite = (auth === "console" || auth === "operator") && !SAFE.test(key);
  return audited === undefined ? isWrite : audited !== false;
}

const VERBS: Record<string, string> = { PUT: "change", PATCH: "change", DELETE: "delete" };

/** `PATCH /api/admin/users/{id}` is `users.change`, `POST /api/admin/users/{id}/grants` `users.grants`. */
export function actionOf(key: string): string {
  const [method = "", path = ""] = key.split(" ");
  const nouns = path
    .replace(/^\/api\/((admin|platform|portal|auth)\/)?/, "")
    .split("/")
    .filter((segment) => !segment.startsWith("{"));
  const verb = VERBS[method] ?? (method === "POST" && nouns.length === 1 ? "create" : null);
  return [...nouns, ...(verb === null ? [] : [verb])].join(".");
}

type Reader = (c: AppContext, params: Params) => Promise<unknown>;

/** Reads the thing that an endpoint changes; null where nothing shows it. */
function readerOf(
  key: string,
  endpoint: Endpoint,
  find: (key: string) => Served | undefined,
): Reader | null {
  const path = key.slice(key.indexOf(" ") + 1);
  const whole = (served: Served | undefined) =>
    served?.endpoint.response && !served.endpoint.raw ? served : undefined;
  if (endpoint.shownBy) {
    const served = whole(find(endpoint.shownBy));
    const name = [...path.matchAll(/\{(\w+)\}/g)].at(-1)?.[1];
    return served ? (c, params) => shownBy(c, served, params, name) : null;
  }
  if (key.startsWith("POST ") && !path.includes("{")) return null;
  const thing = path.slice(0, path.lastIndexOf("}") + 1) || path;
  const itself = whole(find(`GET ${thing}`));
  if (itself) return (c, params) => shownBy(c, itself, params);
  const [, collection, name] = /^(.*)\/\{(\w+)\}$/.exec(thing) ?? [];
  const list = name === undefined ? undefined : whole(find(`GET ${collection}`));
  if (!list || name === undefined) return null;
  return (c, params) => shownBy(c, list, params, name);
}

/** Null where it is not there. */
async function shownBy(
  c: AppContext,
  { endpoint, handler }: Served,
  params: Params,
  name?: string,
): Promise<unknown> {
  const query = endpoint.query?.safeParse({}).data;
  try {
    const output = await handler(c, { params, query });
    if (!endpoint.response) return null;
    if (name === undefined) return withoutSecrets(endpoint.response, output);
    const { data } = Object(withoutSecrets(endpoint.response, only(output, params, name)));
    return Array.isArray(data) ? (data[0] ?? null) : null;
  } catch (error) {
    if (error instanceof FailureError) return null;
    throw error;
  }
}

/** The list with nothing but the item that the parameter names. */
function only(list: unknown, params: Params, name: string): unknown {
  const { data } = Object(list);
  if (!Array.isArray(data)) return list;
  // `{host}` names an item by its `host`, `{keyId}` by its `id`.
  const isMeant = (item: Record<string, unknown>) => [item.id, item[name]].includes(params[name]);
  return { ...Object(list), data: data.filter((item) => isMeant(Object(item))).slice(0, 1) };
}

interface Deed {
  action: string;
  key: string;
  endpoint: Endpoint;
  read: Reader | null;
  input: Input;
  deed: () => unknown;
}

async function tell(c: AppContext, { action, key, endpoint, read, input, deed }: Deed) {
  const { services, site, requestId } = c.var;
  const before = read ? await read(c, input.params) : null;
  const target = targetOf(c, key, input.params, before);
  const id = await beginAudit(services, site.id, {
    action,
    actor: actorOf(c),
    target,
    address: addressOf(c),
    agent: c.req.header("user-agent"),
    requestId,
    asked: askedOf(endpoint, input, target),
  });
  // What was done is done: where its end cannot be kept, it stands there as begun.
  const end = (how: AuditEnd) =>
    endAudit(services, site.id, id, how).catch((error) =>
      console.error("audit unfinished", requestId, loggable(error)),
    );
  let output: unknown;
  try {
    output = await deed();
  } catch (error) {
    await end(endOfError(error));
    throw error;
  }
  try {
    const after = read ? await read(c, input.params) : null;
    await end(endOf({ key, endpoint, output, before, after, target }));
  } catch (error) {
    console.error("audit shows no change", requestId, loggable(error));
    await end({});
  }
  return output;
}

interface Done {
  key: string;
  endpoint: Endpoint;
  output: unknown;
  before: unknown;
  after: unknown;
  target: AuditTarget | null;
}

function endOf({ key, endpoint, output, before, after, target }: Done): AuditEnd {
  const changes = changesBetween(before, after);
  if (changes.length > 0) return { changes };
  const made = endpoint.response ? withoutSecrets(endpoint.response, output) : null;
  const isNew = key.startsWith("POST ");
  const { id } = Object(made);
  const name = { id: String(id), name: nameOf(made) ?? "" };
  return {
    changes: isNew ? changesBetween(null, made) : [],
    ...(isNew && target === null && typeof id === "string"
      ? { target: { kind: kindOf(key), ...name } }
      : {}),
  };
}

/** What is named by the path; the site itself where nothing is, and something of it changes. */
function targetOf(c: AppContext, key: string, params: Params, thing: unknown): AuditTarget | null {
  const { site } = c.var;
  const kind = kindOf(key);
  if (kind === "site") return { kind, id: site.id, name: site.name };
  const [id] = Object.values(params);
  return id === undefined ? null : { kind, id, name: nameOf(thing) ?? "" };
}

const kindOf = (key: string): string => actionOf(key).split(".")[0] ?? "";

/** The parameters beside the target, and the body. */
function askedOf({ body }: Endpoint, input: Input, target: AuditTarget | null): unknown {
  const others = Object.entries(input.params).filter(([, value]) => value !== target?.id);
  const sent = body ? withoutSecrets(body, input.body) : null;
  if (others.length === 0) return sent;
  return { ...Object.fromEntries(others), ...Object(sent) };
}

function actorOf(c: AppContext): AuditActor {
  const { user, operator, session } = c.var;
  if (operator === "token") return { kind: "token", id: "", name: "" };
  if (!user) return { kind: "nobody", id: "", name: "" };
  // The operator at work as somebody of the site: it is his deed, under that name.
  if (session?.impersonatedBy) {
    return { kind: "operator", id: session.impersonatedBy, name: user.email };
  }
  const kind = user.role === "operator" ? "operator" : "user";
  return { kind, id: user.userId, name: user.email };
}
