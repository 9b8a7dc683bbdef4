/**
 * A scripted upstream for tests, benches and trials: a real HTTP server that speaks OpenAI's chat
 * protocol (`/v1/…`), Dify's (`/dify/v1/…`), Bedrock's (`/bedrock/…`), Gemini's (`/gemini/…`),
 * Ollama's (`/ollama/…`) and those of upstream-agents.ts. What it does is said by the model's name, or by the app key of Dify
 * (`app-<behaviour>`); parts are joined with `+`: `chunks-200+pace-10ms`.
 *
 * Tests that share one server use lanes: everything under `/t/<lane>/` is counted apart, and
 * `GET /t/<lane>/__state` tells what that lane has seen.
 */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { AGENT_PLATFORMS } from "./upstream-agents.ts";
import { answerAnthropic } from "./upstream-anthropic.ts";
import { answerBedrock } from "./upstream-bedrock.ts";
import { type Behaviour, behaviourOf } from "./upstream-behaviour.ts";
import type { Call, LaneState, SeenRequest } from "./upstream-call.ts";
import { answerDify } from "./upstream-dify.ts";
import { answerFile } from "./upstream-files.ts";
import { answerGemini } from "./upstream-gemini.ts";
import { answerOllama } from "./upstream-ollama.ts";
import { answerOpenAi } from "./upstream-openai.ts";
import { cutByUs, sendJson } from "./upstream-stream.ts";

export interface Upstream extends LaneState {
  /** `http://127.0.0.1:<port>`; the OpenAI base is `${url}/v1`, Dify's `${url}/dify/v1`. */
  url: string;
  port: number;
  /** Gives a model's name (or a Dify app's) a behaviour of its own. */
  script(target: string, behaviour: Partial<Behaviour>): void;
  lane(name: string): LaneState;
  reset(): void;
  close(): Promise<void>;
}

const emptyLane = (): LaneState => ({ requests: [], aborted: 0, billed: [] });

export async function startUpstream(options: { port?: number } = {}): Promise<Upstream> {
  const lanes = new Map<string, LaneState>();
  const scripts = new Map<string, Partial<Behaviour>>();
  const laneOf = (name: string): LaneState => {
    const known = lanes.get(name) ?? emptyLane();
    lanes.set(name, known);
    return known;
  };
  const server = createServer((request, response) => {
    serve(request, response, laneOf, scripts).catch((cause: unknown) => {
      // Only a defect of this server gets here; a test must not wait for it in vain.
      console.error(cause);
      response.destroy();
    });
  });
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve) => server.listen(options.port ?? 0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const main = laneOf("");
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    get requests() {
      return main.requests;
    },
    get aborted() {
      return main.aborted;
    },
    get billed() {
      return main.billed;
    },
    script: (target, behaviour) => void scripts.set(target, behaviour),
    lane: laneOf,
    reset() {
      for (const lane of lanes.values()) Object.assign(lane, emptyLane());
      scripts.clear();
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  laneOf: (name: string) => LaneState,
  scripts: ReadonlyMap<string, Partial<Behaviour>>,
): Promise<void> {
  const url = new URL(request.url ?? "/", "http://upstream");
  const [, laneName = "", rest] = /^\/t\/([^/]+)(\/.*)$/.exec(url.pathname) ?? [];
  const path = rest ?? url.pathname;
  const lane = laneOf(laneName);
  if (path === "/__state") return sendJson(response, 200, lane);
  const bytes = await readBody(request);
  const text = bytes.toString("utf8");
  const headers = flat(request.headers);
  const type = headers["content-type"] ?? "";
  const body = type.startsWith("multipart/") ? await formOf(bytes, type) : parsed(text);
  const seenRequest: SeenRequest = {
    method: request.method ?? "",
    path,
    headers,
    body,
    at: Date.now(),
    billed: null,
  };
  lane.requests.push(seenRequest);
  response.on("close", () => {
    if (!response.writableFinished && !cutByUs.has(response)) lane.aborted++;
  });
  const call: Call = {
    body: typeof body === "object" && body !== null ? (body as Record<string, unknown>) : {},
    text,
    headers,
    address: request.url ?? "/",
    path,
    method: request.method ?? "",
    followed: url.search === "?followed",
    key: (headers.authorization ?? headers["x-goog-api-key"] ?? headers["x-api-key"] ?? "").replace(
      /^Bearer /,
      "",
    ),
    behaviour: (target) => ({ ...behaviourOf(target), ...scripts.get(target) }),
    bill(entry) {
      lane.billed.push(entry);
      seenRequest.billed = entry;
      return entry;
    },
    response,
  };
  await platformOf(path)(call);
}

function platformOf(path: string): (call: Call) => Promise<void> | void {
  const agents = AGENT_PLATFORMS[path.split("/")[1] ?? ""];
  if (agents) return agents;
  if (path.startsWith("/dify/")) return answerDify;
  if (path.startsWith("/bedrock/")) return answerBedrock;
  if (path.startsWith("/files/")) return answerFile;
  if (path.startsWith("/anthropic/")) return answerAnthropic;
  if (path.startsWith("/ollama/")) return answerOllama;
  return path.startsWith("/gemini/") ? answerGemini : answerOpenAi;
}

function flat(headers: IncomingMessage["headers"]): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, [value ?? ""].flat().join(", ")]),
  );
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece as Buffer);
  return Buffer.concat(pieces);
}

/** The fields of a form; of its files the name, type and content. One that is broken is no object. */
async function formOf(bytes: Buffer, type: string): Promise<unknown> {
  const fields: Record<string, unknown> = {};
  const request = new Response(new Uint8Array(bytes), { headers: { "content-type": type } });
  const form = await request.formData().catch(() => null);
  if (!form) return "a broken form";
  for (const name of new Set(form.keys())) {
    const values = await Promise.all(form.getAll(name).map(seen));
    fields[name] = values.length === 1 ? values[0] : values;
  }
  return fields;
}

async function seen(value: string | File): Promise<unknown> {
  if (typeof value === "string") return value;
  const base64 = Buffer.from(await value.arrayBuffer()).toString("base64");
  return { name: value.name, type: value.type, size: value.size, base64: base64.slice(0, 4000) };
}

function parsed(text: string): unknown {
  if (text === "") return null;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
