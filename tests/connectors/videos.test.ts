/** How jobs of videos are looked at, and where their files are fetched, on every platform that makes them. */
import { describe, expect, it } from "vitest";
import { connectorById, openAccount } from "../../src/connectors/registry.ts";
import type { VideoState } from "../../src/core/media.ts";
import { damages, json } from "./contract.ts";
import { fixtures } from "./fixtures/all.ts";
import { used } from "./fixtures/tasks.ts";

type Shown = Partial<VideoState>;
const LINK = "https://files.example/a.mp4";
const operation = "models/veo-3.1/operations/abc";
const veo = (more: object) => ({ name: operation, ...more });
const sample = (uri: string) => ({
  generateVideoResponse: { generatedSamples: [{ video: { uri } }] },
});
const google = "https://generativelanguage.googleapis.com/v1beta/files/x:download?alt=media";

/** Answers of each platform, and what they say. */
const STATES: Record<string, [string, number, object, Shown][]> = {
  openai: [
    ["waiting", 200, { status: "queued", progress: 0 }, { status: "queued", progress: 0 }],
    [
      "at work",
      200,
      { status: "in_progress", progress: 40 },
      { status: "in_progress", progress: 40 },
    ],
    [
      "done",
      200,
      { status: "completed", progress: 100, seconds: "8" },
      { status: "completed", url: null, usage: used(null, { seconds: 8 }) },
    ],
    [
      "failed",
      200,
      { status: "failed", error: { code: "moderation_blocked", message: "not that" } },
      { status: "failed", error: "not that" },
    ],
  ],
  xai: [
    ["at work, by the status alone", 202, {}, { status: "in_progress" }],
    ["at work", 202, { status: "pending" }, { status: "in_progress" }],
    [
      "done",
      200,
      { status: "done", video: { url: LINK, duration: 6 } },
      { status: "completed", url: LINK, usage: used(null, { seconds: 6 }) },
    ],
    ["expired", 200, { status: "expired" }, { status: "failed", error: "no reason given" }],
  ],
  siliconflow: [
    ["waiting", 200, { status: "InQueue" }, { status: "queued" }],
    ["at work", 200, { status: "InProgress" }, { status: "in_progress" }],
    [
      "done",
      200,
      { status: "Succeed", results: { videos: [{ url: LINK }], timings: { inference: 1 } } },
      { status: "completed", url: LINK, usage: null },
    ],
    ["failed", 200, { status: "Failed", reason: "busy" }, { status: "failed", error: "busy" }],
  ],
  gemini: [
    ["at work", 200, veo({ metadata: {} }), { status: "in_progress" }],
    [
      "done",
      200,
      veo({ done: true, response: sample(google) }),
      { status: "completed", url: google },
    ],
    [
      "withheld",
      200,
      veo({
        done: true,
        response: { generateVideoResponse: { raiMediaFilteredReasons: ["a face"] } },
      }),
      { status: "failed", error: "a face" },
    ],
    [
      "failed",
      200,
      veo({ done: true, error: { code: 3, message: "no" } }),
      { status: "failed", error: "no" },
    ],
  ],
};

describe.each(Object.keys(STATES))("a job of %s", (id) => {
  const connector = connectorById(id);
  const fixture = fixtures[id];
  const video = connector?.video;
  const opened = fixture && connector && openAccount(connector, fixture.settings, fixture.secret);
  if (!video || !fixture || !opened?.ok) throw new Error(`${id} makes no videos`);
  const account = opened.value;
  const job = id === "gemini" ? operation : "job/1?x";
  const secrets = Object.values(fixture.secret);

  it.each(STATES[id] ?? [])("%s is read as such", (_name, status, body, shown) => {
    expect(video.look.read(json(status, body))).toMatchObject({ ok: true, value: shown });
  });

  it("is asked for by its name, the secret in one header", () => {
    const { headers, ...rest } = video.look.prepare(account, job);
    const text = JSON.stringify(rest);
    expect(text).toContain(
      id === "gemini" ? operation : id === "siliconflow" ? "job/1?x" : "job%2F1%3Fx",
    );
    for (const secret of secrets) {
      expect(text).not.toContain(secret);
      expect(Object.values(headers).filter((value) => value.includes(secret))).toHaveLength(1);
    }
  });

  it("answers that are damaged or another's are a state or a failure, never an exception", () => {
    for (const [, status, body] of STATES[id] ?? []) {
      for (const { data } of damages({ data: JSON.stringify(body) })) {
        const read = video.look.read(json(status, data));
        expect(read.ok ? read.value.status : read.error.reason).toBeTruthy();
      }
    }
    for (const body of ["", "null", "[]", "7", "{", '{"status":"unheard of"}', "{}"]) {
      expect(video.look.read(json(200, body))).toMatchObject({
        ok: false,
        error: { reason: "protocol_violation" },
      });
    }
  });

  it("its file is fetched without the key, unless the platform itself hands it out", () => {
    const state: VideoState = {
      status: "completed",
      progress: null,
      url: LINK,
      usage: null,
      error: null,
    };
    const request = video.file(account, job, state);
    const carries = Object.values(request?.headers ?? {}).some((value) =>
      secrets.some((secret) => value.includes(secret)),
    );
    expect(carries).toBe(request?.url !== LINK);
    expect(request).toMatchObject({ method: "GET", framing: "bytes" });
    const none = video.file(account, job, { ...state, url: null });
    expect(none === null).toBe(request?.url === LINK);
  });
});

it("a file of Google's own is fetched with the key", () => {
  const connector = connectorById("gemini");
  const fixture = fixtures.gemini;
  const opened = fixture && connector && openAccount(connector, fixture.settings, fixture.secret);
  if (!connector?.video || !opened?.ok) throw new Error("no account");
  const state = {
    status: "completed",
    progress: 100,
    url: google,
    usage: null,
    error: null,
  } as const;
  const request = connector.video.file(opened.value, operation, state);
  expect(request).toMatchObject({ url: google, headers: { "x-goog-api-key": expect.any(String) } });
});
