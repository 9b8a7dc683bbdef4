/** Videos with the published `openai` client: a job is begun, looked at, settled once, and fetched. */
import { toFile } from "openai";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { eventually, expectBalanced } from "../server/support.ts";
import { PICTURE } from "../support/upstream-files.ts";
import { MADE_SECONDS, VIDEO } from "../support/upstream-videos.ts";
import { type MediaSite, startMediaSite } from "./media-site.ts";

let site: MediaSite;
beforeAll(async () => {
  site = await startMediaSite();
}, 60_000);
afterAll(() => site?.stop());

const begin = (model: string, more: object = {}) =>
  site.openai().videos.create({ model, prompt: "a cat", seconds: "4", ...more });
const look = (id: string, name?: string) => site.openai(name).videos.retrieve(id);
const seen = () => site.upstream.requests.at(-1);
/** 1000 µ a second. */
const FULL = MADE_SECONDS * 1000;

describe.each(["ok", "flow-ok", "grok-ok", "gemini-ok"])("a video of %s", (name) => {
  it("is held for, made, charged by its seconds once, and fetched", async () => {
    const unsaid = name === "flow-ok";
    const before = await expectBalanced(site.client());
    const video = await begin(`video/${name}`, unsaid ? { seconds: undefined } : {});
    expect(video).toMatchObject({ object: "video", status: "queued", model: `video/${name}` });
    const held = (await site.client().wallet()).held_micro;
    expect(held).toBe(unsaid ? 2 * FULL : FULL);
    expect((await look(video.id)).status).toBe("in_progress");
    await expect(site.openai().videos.downloadContent(`${video.id}x`)).rejects.toThrow();
    const done = await look(video.id);
    expect(done).toMatchObject({ id: video.id, status: "completed", progress: 100, error: null });
    await look(video.id);
    const file = await site.openai().videos.downloadContent(video.id);
    expect(file.headers.get("content-type")).toBe("video/mp4");
    expect(Buffer.from(await file.arrayBuffer())).toEqual(VIDEO);
    const after = await expectBalanced(site.client());
    expect(before.balance_micro - after.balance_micro).toBe(held);
  });
});

describe.each(["fails", "flow-fails", "grok-fails", "gemini-fails"])("a video of %s", (name) => {
  it("that could not be made says why, and costs nothing", async () => {
    const cost = await site.cost(async () => {
      const video = await begin(`video/${name}`);
      await look(video.id);
      const failed = await look(video.id);
      expect(failed.status).toBe("failed");
      expect(failed.error?.message).not.toBe("");
      await expect(site.openai().videos.downloadContent(video.id)).rejects.toMatchObject({
        status: 404,
      });
    });
    expect(cost).toBe(0);
  });
});

describe("what a client asks", () => {
  it("reaches each platform in its own words, the rest is told as a warning", async () => {
    const { response } = await site
      .openai()
      .videos.create({ model: "video/flow-ok", prompt: "a cat", seconds: "4", size: "1280x720" })
      .withResponse();
    expect(seen()?.body).toEqual({ model: "ok", prompt: "a cat", image_size: "1280x720" });
    expect(response.headers.get("x-portico-warnings")).toContain("seconds");
    await begin("video/grok-ok", { x_unknown: "kept" });
    expect(seen()?.body).toMatchObject({ duration: 4, x_unknown: "kept" });
    await begin("video/gemini-ok", { size: "1080x1920" });
    expect(seen()?.body).toMatchObject({
      instances: [{ prompt: "a cat" }],
      parameters: { durationSeconds: 4, aspectRatio: "9:16", resolution: "1080p" },
    });
  });

  it("with a picture to begin with sends it as each platform takes it", async () => {
    const input_reference = await toFile(PICTURE, "cat.png", { type: "image/png" });
    const data = PICTURE.toString("base64");
    await begin("video/ok", { input_reference });
    expect(seen()?.body).toMatchObject({ input_reference: { base64: data }, seconds: "4" });
    await begin("video/flow-ok", { input_reference });
    expect(seen()?.body).toMatchObject({ image: `data:image/png;base64,${data}` });
    await begin("video/grok-ok", { input_reference });
    expect(seen()?.body).toMatchObject({ image: { url: `data:image/png;base64,${data}` } });
    await begin("video/gemini-ok", { input_reference });
    expect(seen()?.body).toMatchObject({
      instances: [{ image: { bytesBase64Encoded: data, mimeType: "image/png" } }],
    });
  });

  it.each([
    ["seconds", { seconds: "long" }],
    ["size", { size: "large" }],
    ["prompt", { prompt: "" }],
  ])("a bad %s is refused at its field", async (param, part) => {
    await expect(begin("video/ok", part)).rejects.toMatchObject({ status: 400, param });
  });

  it.each([
    ["500", 502],
    ["400", 400],
  ])("a platform that answers %s begins nothing and costs nothing", async (name, status) => {
    const eve = site.openai("eve").videos;
    const asked = eve.create({ model: `video/${name}`, prompt: "a cat" });
    await expect(asked).rejects.toMatchObject({ status });
    expect((await expectBalanced(site.client("eve"))).balance_micro).toBe(10_000_000);
  });
});

describe("the id of a video", () => {
  it("is of use to nobody but who began it, and cannot be made", async () => {
    const { id } = await begin("video/ok");
    await expect(look(id, "eve")).rejects.toMatchObject({ status: 404 });
    const middle = Math.floor(id.length / 2);
    const forged = id.slice(0, middle) + (id[middle] === "A" ? "B" : "A") + id.slice(middle + 1);
    for (const bad of [forged, "video_x", "job-ok-1"]) {
      await expect(look(bad)).rejects.toMatchObject({ status: 404 });
    }
  });

  it("tells nothing of the connection or its job", async () => {
    const { id } = await begin("video/ok");
    const told = Buffer.from(id.replace("video_", ""), "base64url").toString("latin1");
    expect(`${id} ${told}`).not.toMatch(/job-ok|con_|sec_/);
  });
});

it("a finished video has a record with its attempts, its seconds' price and its true times", async () => {
  const { data, response } = await begin("video/ok").withResponse();
  await look(data.id);
  await look(data.id);
  const id = response.headers.get("x-request-id") ?? "";
  const record = await eventually(() => site.client().usage(id));
  expect(record).toMatchObject({
    status: "ok",
    model: "video/ok",
    connection: "up",
    charged_micro: FULL,
    usage_source: "reported",
    attempts: [{ outcome: "ok", model: "ok" }],
  });
  expect(record.timings.total).toBeGreaterThanOrEqual(record.timings.first_byte ?? 0);
});
