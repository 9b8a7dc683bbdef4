/**
 * The published clients of AIGNE Hub, at four versions that differ in what they send. They bring
 * 430 MB of their framework with them, so they are no dependencies of the project: the tests that
 * need them install them once, by a lock file of their own, into `.cache`.
 */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { ROOT } from "../../scripts/paths.ts";

/** An installation on a slow line. */
export const INSTALL_MS = 300_000;

export const VERSIONS = ["0.1", "0.3", "0.6", "0.10"] as const;
export type Version = (typeof VERSIONS)[number];

export interface Output {
  text?: string;
  thoughts?: string;
  json?: Record<string, unknown>;
  toolCalls?: { id: string; function: { name: string; arguments: Record<string, unknown> } }[];
  files?: { type: string }[];
  images?: { type: string; data?: string; url?: string; path?: string }[];
  videos?: { type: string; data?: string; path?: string }[];
  seconds?: number;
  model?: string;
  modelWithProvider?: string;
  usage?: { inputTokens: number; outputTokens: number; aigneHubCredits?: number };
}
type Chunk = { delta: { text?: Record<string, string>; json?: Record<string, unknown> } };

export interface Model {
  invoke(input: object, options?: { streaming?: false }): Promise<Output>;
  invoke(input: object, options: { streaming: true }): Promise<ReadableStream<Chunk>>;
  models(): Promise<{ model: string; provider: string; input_credits_per_token: string }[]>;
}
type ModelClass = new (options: object) => Model;

export interface Clients {
  /** What an agent of the framework answers that has the model, and one skill to use. */
  agent(model: Model, skill: object, message: string): Promise<Record<string, unknown>>;
  chat(version: Version, options: { origin: string; key: string; model: string }): Model;
  /** Of the newest. */
  image(options: { origin: string; key: string; model: string }): Model;
  video(options: { origin: string; key: string; model: string }): Model;
  /** As the newest has it for a name whose vendor it knows: in that vendor's protocol. */
  direct(options: { origin: string; key: string; model: string }): Model;
}

type Package = Record<"AIGNEHubChatModel", ModelClass> &
  Partial<Record<"AIGNEHubImageModel" | "AIGNEHubVideoModel", ModelClass>>;

interface Framework {
  AIGNE: new (
    options: object,
  ) => {
    invoke(agent: object, input: object): Promise<Record<string, unknown>>;
    shutdown(): Promise<void>;
  };
  AIAgent: { from(options: object): object };
  FunctionAgent: { from(options: object): object };
}

const FOLDER = join(ROOT, ".cache/aigne-clients");

/** Installs what is in `tests/conformance/<name>`, unless that was done for this very lock file. */
export function installInto(folder: string, name: string): void {
  const source = join(ROOT, "tests/conformance", name);
  const lock = readFileSync(join(source, "package-lock.json"));
  const digest = createHash("sha256").update(lock).digest("hex");
  const stamp = join(folder, "installed");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === digest) return;
  mkdirSync(folder, { recursive: true });
  for (const file of ["package.json", "package-lock.json"]) {
    copyFileSync(join(source, file), join(folder, file));
  }
  const args = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
  const { status, stderr, error } = spawnSync("npm", args, { cwd: folder, encoding: "utf8" });
  if (status !== 0) throw new Error(`npm ci of ${name} failed: ${error?.message ?? stderr}`);
  writeFileSync(stamp, digest);
}

async function load(version: Version): Promise<Package> {
  const { resolve } = createRequire(join(FOLDER, "package.json"));
  return (await import(pathToFileURL(resolve(`aigne-hub-${version}`)).href)) as Package;
}

/** The framework that the clients are made for, as they find it. */
async function framework(): Promise<Framework> {
  const { resolve } = createRequire(join(FOLDER, "package.json"));
  const path = createRequire(resolve("aigne-hub-0.10")).resolve("@aigne/core");
  return (await import(pathToFileURL(path).href)) as Framework;
}

export async function aigneClients(): Promise<Clients> {
  installInto(FOLDER, "clients");
  const { AIGNE, AIAgent, FunctionAgent } = await framework();
  const packages = new Map<Version, Package>();
  for (const version of VERSIONS) packages.set(version, await load(version));
  const of = (version: Version, name: keyof Package): ModelClass => {
    const found = packages.get(version)?.[name];
    if (!found) throw new Error(`${version} has no ${name}`);
    return found as ModelClass;
  };
  const newest = ({ origin, key, model }: { origin: string; key: string; model: string }) => ({
    baseURL: origin,
    apiKey: key,
    model,
  });
  return {
    async agent(model, skill, message) {
      const skills = [FunctionAgent.from(skill)];
      const agent = AIAgent.from({ skills, inputKey: "message" });
      const engine = new AIGNE({ model });
      try {
        return await engine.invoke(agent, { message });
      } finally {
        await engine.shutdown();
      }
    },
    chat(version, { origin, key, model }) {
      const options: Record<Version, object> = {
        "0.1": { url: `${origin}/api/v2/chat`, accessKey: key, model },
        "0.3": { url: origin, accessKey: key, model },
        "0.6": { url: origin, apiKey: key, model },
        "0.10": { baseURL: origin, apiKey: key, model: `aignehub/${model}` },
      };
      return new (of(version, "AIGNEHubChatModel"))(options[version]);
    },
    image: (options) => new (of("0.10", "AIGNEHubImageModel"))(newest(options)),
    video: (options) => new (of("0.10", "AIGNEHubVideoModel"))(newest(options)),
    direct: (options) => new (of("0.10", "AIGNEHubChatModel"))(newest(options)),
  };
}

/** A stream as whoever shows it sees it: its texts in their order, and what it comes to. */
export async function readStream(stream: ReadableStream<Chunk>) {
  const texts: string[] = [];
  const whole: Output & Record<string, unknown> = {};
  for await (const { delta } of stream) {
    if (delta.text?.text !== undefined) texts.push(delta.text.text);
    for (const [name, text] of Object.entries(delta.text ?? {})) {
      whole[name] = `${whole[name] ?? ""}${text}`;
    }
    Object.assign(whole, delta.json);
  }
  return { texts, whole };
}
