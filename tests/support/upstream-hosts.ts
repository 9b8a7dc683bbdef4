/**
 * The world outside own domains, scripted: two DNS resolvers over HTTPS in their JSON form, and the
 * part of Cloudflare's API that makes custom hostnames, with its envelope, codes and statuses. Each
 * world (`/<world>/…`) is a test's own; `/<world>/say` changes it, `/<world>/heard` tells what came.
 */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export const CLOUDFLARE = { zoneId: "zone0123456789abcdef", token: "cf-token-0123456789abcdef" };

export interface Hostname {
  id: string;
  hostname: string;
  status: string;
  ssl: string;
  errors: string[];
}

/** What a test may change: the DNS, a hostname's standing, or what the next calls are answered. */
export type Said =
  | { texts: Record<string, string[]>; resolver?: string }
  | { code: number; resolver?: string }
  | { hostname: string; status: string; ssl: string; errors?: string[] }
  | { gone: string }
  | { fail: Failure; times: number; method?: string };

interface Failure {
  status: number;
  code?: number;
  message?: string;
  retryAfter?: string;
}

class World {
  /** Per resolver: texts under a name, and the status of its answers where it fails. */
  readonly texts = new Map<string, string[]>();
  readonly codes = new Map<string, number>();
  readonly hostnames = new Map<string, Hostname>();
  readonly heard: string[] = [];
  failing: { fail: Failure; times: number; method: string | undefined }[] = [];

  say(said: Said): void {
    if ("texts" in said) {
      for (const [name, texts] of Object.entries(said.texts)) {
        for (const resolver of said.resolver ? [said.resolver] : ["a", "b"]) {
          this.texts.set(`${resolver} ${name}`, texts);
        }
      }
    } else if ("hostname" in said) {
      const found = this.byName(said.hostname);
      if (!found) throw new Error(`there is no ${said.hostname}`);
      Object.assign(found, { status: said.status, ssl: said.ssl, errors: said.errors ?? [] });
    } else if ("gone" in said) {
      const found = this.byName(said.gone);
      if (found) this.hostnames.delete(found.id);
    } else if ("fail" in said) {
      this.failing.push({ fail: said.fail, times: said.times, method: said.method });
    } else {
      for (const one of said.resolver ? [said.resolver] : ["a", "b"]) {
        this.codes.set(one, said.code);
      }
    }
  }

  byName(name: string): Hostname | undefined {
    return [...this.hostnames.values()].find((one) => one.hostname === name);
  }

  nextFailure(method: string): Failure | null {
    const one = this.failing.find((each) => each.method === undefined || each.method === method);
    if (!one) return null;
    one.times -= 1;
    this.failing = this.failing.filter((each) => each.times > 0);
    return one.fail;
  }
}

interface Answer {
  status: number;
  body: unknown;
  headers?: Record<string, string>;
}

function resolve(world: World, resolver: string, query: URLSearchParams): Answer {
  const code = world.codes.get(resolver) ?? 0;
  if (code === 500) return { status: 500, body: { error: "the resolver is down" } };
  const name = query.get("name") ?? "";
  const question = [{ name, type: 16 }];
  const texts = world.texts.get(`${resolver} ${name}`);
  const flags = { TC: false, RD: true, RA: true, AD: false, CD: false, Question: question };
  if (code !== 0) return { status: 200, body: { Status: code, ...flags } };
  if (!texts) return { status: 200, body: { Status: 3, ...flags } };
  // One resolver quotes its texts, and cuts them after 255 bytes; the other gives them as they are.
  const data = (text: string) =>
    resolver === "a" ? (text.match(/.{1,20}/g) ?? []).map((cut) => `"${cut}"`).join(" ") : text;
  const Answer = texts.map((text) => ({ name, type: 16, TTL: 300, data: data(text) }));
  return { status: 200, body: { Status: 0, ...flags, Answer } };
}

const envelope = (result: unknown) => ({ success: true, errors: [], messages: [], result });
const refusal = (status: number, code: number, message: string): Answer => ({
  status,
  body: { success: false, errors: [{ code, message }], messages: [], result: null },
});

const shown = ({ id, hostname, status, ssl, errors }: Hostname) => ({
  id,
  hostname,
  status,
  ssl: {
    id: `ssl-${id}`,
    status: ssl,
    method: "http",
    type: "dv",
    validation_records: [],
    ...(errors.length > 0 ? { validation_errors: errors.map((message) => ({ message })) } : {}),
  },
  ownership_verification: { type: "txt", name: `_cf-custom-hostname.${hostname}`, value: id },
  created_at: "2026-11-21T00:00:00Z",
});

interface Call {
  method: string;
  id: string;
  query: URLSearchParams;
  token: string;
  body: Record<string, unknown>;
}

function cloudflare(world: World, call: Call): Answer {
  if (call.token !== `Bearer ${CLOUDFLARE.token}`) {
    return refusal(call.token ? 403 : 401, 10000, "Authentication error");
  }
  const failure = world.nextFailure(call.method);
  if (failure) {
    const answer = refusal(failure.status, failure.code ?? 0, failure.message ?? "scripted");
    return failure.retryAfter
      ? { ...answer, headers: { "retry-after": failure.retryAfter } }
      : answer;
  }
  if (call.method === "POST") return create(world, call.body);
  if (call.id === "") {
    const wanted = call.query.get("hostname");
    const all = [...world.hostnames.values()].filter(({ hostname }) => hostname === wanted);
    return { status: 200, body: envelope(all.map(shown)) };
  }
  const found = world.hostnames.get(call.id);
  if (!found) return refusal(404, 1436, "The custom hostname was not found.");
  if (call.method === "DELETE") {
    world.hostnames.delete(call.id);
    return { status: 200, body: envelope({ id: call.id }) };
  }
  if (call.method === "PATCH") Object.assign(found, { status: "pending", ssl: "initializing" });
  return { status: call.method === "PATCH" ? 202 : 200, body: envelope(shown(found)) };
}

function create(world: World, body: Record<string, unknown>): Answer {
  const hostname = String(body.hostname ?? "");
  const ssl = body.ssl as { method?: string; type?: string } | undefined;
  if (!ssl?.method || !ssl.type) return refusal(400, 1440, "method and type go together");
  if (/[^ -~]/.test(hostname)) return refusal(400, 1408, "The hostname is not ASCII.");
  if (/\.(test|example|invalid|localhost)$/.test(hostname)) {
    return refusal(400, 1409, "The TLD of this hostname is reserved.");
  }
  if (world.byName(hostname)) return refusal(409, 1406, "Duplicate custom hostname found.");
  const id = crypto.randomUUID();
  const made = { id, hostname, status: "pending", ssl: "initializing", errors: [] };
  world.hostnames.set(id, made);
  return { status: 201, body: envelope(shown(made)) };
}

async function bodyOf(request: IncomingMessage): Promise<Record<string, unknown>> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece as Buffer);
  const text = Buffer.concat(pieces).toString();
  return text === "" ? {} : (JSON.parse(text) as Record<string, unknown>);
}

export interface HostsUpstream {
  url: string;
  close(): Promise<void>;
}

export async function startHostsUpstream(): Promise<HostsUpstream> {
  const worlds = new Map<string, World>();
  const answer = async (request: IncomingMessage): Promise<Answer> => {
    const url = new URL(request.url ?? "/", "http://upstream");
    const [name = "", part, ...rest] = url.pathname.split("/").filter(Boolean);
    const world = worlds.get(name) ?? new World();
    worlds.set(name, world);
    const method = request.method ?? "GET";
    const body = await bodyOf(request);
    if (part === "say") world.say(body as unknown as Said);
    if (part === "say" || part === "heard") {
      const hostnames = [...world.hostnames.values()];
      return { status: 200, body: { heard: world.heard, hostnames } };
    }
    if (part === "dns") return resolve(world, rest[0] ?? "", url.searchParams);
    // zones/<zone>/custom_hostnames[/<id>]
    const [, zone, kind, id = ""] = rest;
    if (part !== "cf" || zone !== CLOUDFLARE.zoneId || kind !== "custom_hostnames") {
      return refusal(404, 7003, "Could not route to this path.");
    }
    world.heard.push(`${method} ${id || (body.hostname ?? url.search)}`);
    const token = request.headers.authorization ?? "";
    return cloudflare(world, { method, id, query: url.searchParams, token, body });
  };
  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    void answer(request)
      .catch((error: unknown) => ({ status: 500, body: { error: String(error) }, headers: {} }))
      .then(({ status, body, headers = {} }) => {
        response.writeHead(status, { "content-type": "application/json", ...headers });
        response.end(JSON.stringify(body));
      });
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((done) => {
        server.closeAllConnections();
        server.close(() => done());
      }),
  };
}
