/**
 * Videos of the scripted upstream: OpenAI's jobs (`/v1/videos`), xAI's, SiliconFlow's and Veo's. A
 * job is done when it is looked at the second time; its name says the model, and so the behaviour
 * (`fails`: the job fails).
 */
import type { Behaviour } from "./upstream-behaviour.ts";
import type { Call } from "./upstream-call.ts";
import { misbehaves, sendJson } from "./upstream-stream.ts";

export const VIDEO = Buffer.from("a video of four seconds");
export const MADE_SECONDS = 4;

const looks = new Map<string, number>();
let jobs = 0;

/** How a job stands, by how often it was looked at. */
function stateOf(job: string): "begun" | "done" | "failed" {
  const count = (looks.get(job) ?? 0) + 1;
  looks.set(job, count);
  if (count < 2) return "begun";
  return job.includes("fails") ? "failed" : "done";
}

function begin(call: Call, model: string): string {
  call.bill({ target: model, input: 0, output: MADE_SECONDS, complete: false });
  return `job-${model}-${++jobs}`;
}

const fileOf = (call: Call) => `http://${call.headers.host}/files/video.mp4`;

/** Null where the call is for no video. `refuse` answers a status that is not 200. */
export function videoAnswer(
  call: Call,
  refuse: (call: Call, behaviour: Behaviour) => void,
): Promise<void> | null {
  if (!/\/videos?(\/|$)/.test(call.path)) return null;
  return (async () => {
    const behaviour = call.behaviour(String(call.body.model ?? ""));
    if (await misbehaves(call, behaviour)) return;
    if (behaviour.status !== 200) return refuse(call, behaviour);
    await (call.method === "POST" ? answerPost(call) : answerGet(call));
  })();
}

async function answerPost(call: Call): Promise<void> {
  const { path, response } = call;
  const model = String(call.body.model ?? "");
  if (path.endsWith("/video/status")) return siliconFlowState(call);
  if (path.endsWith("/videos/generations")) {
    return sendJson(response, 200, { request_id: begin(call, `x-${model}`) });
  }
  if (path.endsWith("/video/submit")) {
    return sendJson(response, 200, { requestId: begin(call, model) });
  }
  const id = begin(call, model);
  sendJson(response, 200, { id, object: "video", status: "queued", progress: 0, model });
}

async function answerGet(call: Call): Promise<void> {
  const [, id = "", content] = /\/videos\/([^/]+)(\/content)?$/.exec(call.path) ?? [];
  if (content) return sendVideo(call);
  return id.startsWith("job-x-") ? xaiState(call, id) : openAiState(call, id);
}

async function openAiState({ response }: Call, id: string): Promise<void> {
  const state = stateOf(id);
  const video = { id, object: "video", seconds: String(MADE_SECONDS), size: "1280x720" };
  const states = {
    begun: { ...video, status: "in_progress", progress: 40 },
    done: { ...video, status: "completed", progress: 100, error: null },
    failed: { ...video, status: "failed", error: { code: "x", message: "It may not be shown." } },
  };
  sendJson(response, 200, states[state]);
}

async function xaiState(call: Call, id: string): Promise<void> {
  const state = stateOf(id);
  if (state === "begun") return sendJson(call.response, 202, { status: "pending" });
  const video = { url: fileOf(call), duration: MADE_SECONDS, respect_moderation: true };
  sendJson(
    call.response,
    200,
    state === "done" ? { status: "done", video } : { status: "expired" },
  );
}

async function siliconFlowState(call: Call): Promise<void> {
  const states = {
    begun: { status: "InProgress", position: 1 },
    done: { status: "Succeed", results: { videos: [{ url: fileOf(call) }], seed: 1 } },
    failed: { status: "Failed", reason: "It may not be shown." },
  };
  sendJson(call.response, 200, states[stateOf(String(call.body.requestId))]);
}

export function beginGeminiVideo(call: Call, model: string): void {
  sendJson(call.response, 200, { name: `models/${model}/operations/${begin(call, model)}` });
}

export function answerGeminiOperation(call: Call, name: string): void {
  const uri = `http://${call.headers.host}/gemini/v1beta/files/xyz:download?alt=media`;
  const made = { generateVideoResponse: { generatedSamples: [{ video: { uri } }] } };
  const states = {
    begun: { name },
    done: { name, done: true, response: made },
    failed: { name, done: true, error: { code: 3, message: "It may not be shown." } },
  };
  sendJson(call.response, 200, states[stateOf(name)]);
}

export function sendVideo({ response }: Call): void {
  const headers = { "content-type": "video/mp4", "content-length": VIDEO.byteLength };
  response.writeHead(200, headers).end(VIDEO);
}
