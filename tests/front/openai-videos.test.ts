import { describe, expect, it } from "vitest";
import type { FormField, VideoState } from "../../src/core/media.ts";
import { decodeVideo, videoObject } from "../../src/front/openai-media-videos.ts";

const json = (more: object) => decodeVideo({ json: { model: "m", prompt: "p", ...more } }, "usr_1");
const picture = (content: string): FormField => ({
  name: "input_reference",
  value: { name: "a", mime: "image/png", bytes: new TextEncoder().encode(content) },
});
const form = (...more: FormField[]) =>
  decodeVideo(
    { form: [{ name: "model", value: "m" }, { name: "prompt", value: "p" }, ...more] },
    "usr_1",
  );

describe("a request for a video", () => {
  it("says its seconds as a number or a text, or leaves them to the model", () => {
    expect(json({ seconds: "8" })).toMatchObject({ value: { input: { seconds: 8 } } });
    expect(json({ seconds: 8 })).toMatchObject({ value: { input: { seconds: 8 } } });
    expect(json({})).toMatchObject({
      value: { input: { seconds: null, size: null, image: null } },
    });
  });

  it.each([
    ["seconds", { seconds: 0 }],
    ["seconds", { seconds: "4.5" }],
    ["seconds", { seconds: 601 }],
    ["size", { size: "1280" }],
    ["size", { size: "1x1" }],
    ["prompt", { prompt: 7 }],
  ])("with a bad %s is refused at its field", (param, part) => {
    expect(json(part)).toMatchObject({ ok: false, error: { code: "invalid_value", param } });
  });

  it("as a form may hold one picture to begin with", () => {
    expect(form(picture("GIF89a"))).toMatchObject({
      value: { input: { image: { mime: "image/gif" }, raw: { model: "m" } } },
    });
    expect(form(picture("GIF89a"), picture("GIF89a"))).toMatchObject({
      error: { param: "input_reference" },
    });
    expect(form(picture("words"))).toMatchObject({ error: { param: "input_reference" } });
  });
});

describe("a video", () => {
  const shown = { id: "video_1", model: "m", startedAt: 5_000, seconds: 4, size: null };
  const state: VideoState = {
    status: "in_progress",
    progress: null,
    url: "https://files.example/secret",
    usage: null,
    error: null,
  };

  it("is shown as OpenAI shows it, and never where its file lies", () => {
    const object = videoObject(shown, state);
    expect(object).toMatchObject({
      id: "video_1",
      object: "video",
      status: "in_progress",
      progress: 0,
      created_at: 5,
      seconds: "4",
      error: null,
    });
    expect(JSON.stringify(object)).not.toContain("files.example");
  });

  it("that is complete has come all the way, and one that failed says why", () => {
    expect(videoObject(shown, { ...state, status: "completed", progress: 40 }).progress).toBe(100);
    expect(videoObject(shown, { ...state, status: "failed", error: "no" }).error).toEqual({
      code: "upstream_rejected",
      message: "no",
    });
  });
});
