/** What goes wrong beside chat: told in the client's protocol, with the field's name, and never charged. */
import OpenAI, { toFile } from "openai";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { keyOf } from "../server/support.ts";
import { PICTURE } from "../support/upstream-files.ts";
import { type MediaSite, startMediaSite } from "./media-site.ts";

let site: MediaSite;
beforeAll(async () => {
  site = await startMediaSite();
}, 60_000);
afterAll(() => site?.stop());

interface Told {
  status: number;
  code: string;
  param: string | null;
  message: string;
}

async function post(path: string, body: RequestInit["body"] | object): Promise<Told> {
  const isForm = body instanceof FormData;
  const response = await fetch(`${site.portico.gateway}${path}`, {
    method: "POST",
    headers: {
      authorization: `Bearer ${keyOf("ann")}`,
      ...(isForm ? {} : { "content-type": "application/json" }),
    },
    body: isForm || typeof body === "string" ? body : JSON.stringify(body),
  });
  const { error } = (await response.json()) as { error: Omit<Told, "status"> };
  return { ...error, status: response.status };
}

function form(fields: Record<string, string | File | File[]>): FormData {
  const made = new FormData();
  for (const [name, value] of Object.entries(fields)) {
    for (const one of [value].flat()) made.append(name, one);
  }
  return made;
}

const file = (bytes: Uint8Array<ArrayBuffer> | string, name: string, type: string) =>
  new File([bytes], name, { type });
const png = () => file(new Uint8Array(PICTURE), "cat.png", "image/png");
const mp3 = () => file("sound", "said.mp3", "audio/mpeg");

const BAD: [string, string, () => object | string, number, string, string | null][] = [
  ["no model", "/embeddings", () => ({ input: "x" }), 400, "invalid_value", "model"],
  ["no input", "/embeddings", () => ({ model: "embedding/ok" }), 400, "invalid_value", "input"],
  [
    "an empty text",
    "/embeddings",
    () => ({ model: "embedding/ok", input: "" }),
    400,
    "invalid_value",
    "input",
  ],
  [
    "2049 texts",
    "/embeddings",
    () => ({ model: "embedding/ok", input: Array(2049).fill("x") }),
    400,
    "invalid_value",
    "input",
  ],
  [
    "half a dimension",
    "/embeddings",
    () => ({ model: "embedding/ok", input: "x", dimensions: 0.5 }),
    400,
    "invalid_value",
    "dimensions",
  ],
  ["no JSON", "/embeddings", () => "{", 400, "invalid_json", null],
  [
    "an unknown model",
    "/embeddings",
    () => ({ model: "no", input: "x" }),
    404,
    "model_not_found",
    "model",
  ],
  [
    "a model of another kind",
    "/embeddings",
    () => ({ model: "image/ok", input: "x" }),
    400,
    "unsupported_value",
    "model",
  ],
  [
    "eleven images",
    "/images/generations",
    () => ({ model: "image/ok", prompt: "x", n: 11 }),
    400,
    "invalid_value",
    "n",
  ],
  [
    "a format of speech that nobody knows",
    "/audio/speech",
    () => ({ model: "speech/ok", input: "x", voice: "a", response_format: "mod" }),
    400,
    "invalid_value",
    "response_format",
  ],
  [
    "an edit without an image",
    "/images/edits",
    () => form({ model: "image/ok", prompt: "x" }),
    400,
    "invalid_value",
    "image",
  ],
  [
    "an image that is none",
    "/images/edits",
    () => form({ model: "image/ok", prompt: "x", image: file("text", "a.png", "image/png") }),
    400,
    "invalid_value",
    "image",
  ],
  [
    "seventeen images",
    "/images/edits",
    () => form({ model: "image/ok", prompt: "x", "image[]": Array.from({ length: 17 }, png) }),
    400,
    "invalid_value",
    "image",
  ],
  [
    "a mask that is too large",
    "/images/edits",
    () => {
      const mask = new Uint8Array(4 * 1024 * 1024 + 1);
      mask.set(PICTURE);
      return form({
        model: "image/ok",
        prompt: "x",
        image: png(),
        mask: file(mask, "m.png", "image/png"),
      });
    },
    413,
    "request_too_large",
    "mask",
  ],
  [
    "JSON where a form is needed",
    "/images/edits",
    () => ({ model: "image/ok", prompt: "x" }),
    400,
    "invalid_value",
    null,
  ],
  [
    "no recording",
    "/audio/transcriptions",
    () => form({ model: "transcription/ok" }),
    400,
    "invalid_value",
    "file",
  ],
  [
    "an empty recording",
    "/audio/transcriptions",
    () => form({ model: "transcription/ok", file: file("", "a.mp3", "audio/mpeg") }),
    400,
    "invalid_value",
    "file",
  ],
  [
    "a document as a recording",
    "/audio/transcriptions",
    () => form({ model: "transcription/ok", file: file("x", "a.pdf", "application/pdf") }),
    400,
    "invalid_value",
    "file",
  ],
  [
    "a text field as the recording",
    "/audio/transcriptions",
    () => form({ model: "transcription/ok", file: "said.mp3" }),
    400,
    "invalid_value",
    "file",
  ],
  [
    "a format of transcripts that nobody knows",
    "/audio/transcriptions",
    () => form({ model: "transcription/ok", file: mp3(), response_format: "docx" }),
    400,
    "invalid_value",
    "response_format",
  ],
  [
    "subtitles of a platform that makes none",
    "/audio/transcriptions",
    () => form({ model: "transcription/flow", file: mp3(), response_format: "srt" }),
    400,
    "upstream_rejected",
    null,
  ],
];

describe("bad input", () => {
  it.each(BAD)("%s is refused, is not sent, and costs nothing", async (...row) => {
    const [, path, body, status, code, param] = row;
    const sent = site.upstream.requests.length;
    const cost = await site.cost(async () => {
      const told = await post(path, body());
      expect(told).toMatchObject({ status, code, param });
      expect(told.message).not.toBe("");
    });
    expect(cost).toBe(0);
    expect(site.upstream.requests.length).toBe(sent);
  });

  it("a body of more than 20 MB is refused as too large", async () => {
    const input = "x".repeat(20 * 1024 * 1024);
    expect(await post("/embeddings", { model: "embedding/ok", input })).toMatchObject({
      status: 413,
      code: "request_too_large",
    });
  });

  it("an upload of more than 100 MB is refused as too large", async () => {
    const large = file(new Uint8Array(100 * 1024 * 1024 + 1), "a.mp3", "audio/mpeg");
    const told = await post(
      "/audio/transcriptions",
      form({ model: "transcription/ok", file: large }),
    );
    expect(told).toMatchObject({ status: 413, code: "request_too_large" });
  });

  it("without a key nothing is read", async () => {
    const client = new OpenAI({ apiKey: `pk-${"x".repeat(40)}`, baseURL: site.portico.gateway });
    await expect(client.embeddings.create({ model: "embedding/ok", input: "x" })).rejects.toThrow(
      OpenAI.AuthenticationError,
    );
  });
});

describe("upstreams that fail", () => {
  const calls: [string, () => Promise<unknown>, number][] = [
    [
      "embeddings",
      () => site.openai().embeddings.create({ model: "embedding/500", input: "x" }),
      502,
    ],
    [
      "a refusal",
      () => site.openai().embeddings.create({ model: "embedding/400", input: "x" }),
      400,
    ],
    [
      "no vectors",
      () => site.openai().embeddings.create({ model: "embedding/garbage", input: "x" }),
      502,
    ],
    ["images", () => site.openai().images.generate({ model: "image/500", prompt: "x" }), 502],
    [
      "speech",
      () => site.openai().audio.speech.create({ model: "speech/500", input: "x", voice: "a" }),
      502,
    ],
    [
      "speech that is words",
      () => site.openai().audio.speech.create({ model: "speech/garbage", input: "x", voice: "a" }),
      502,
    ],
    [
      "a transcript",
      async () =>
        site.openai().audio.transcriptions.create({
          model: "transcription/500",
          file: await toFile(Buffer.from("sound"), "a.mp3"),
        }),
      502,
    ],
  ];
  it.each(calls)("%s: told as what it is, and free", async (_name, call, status) => {
    const cost = await site.cost(async () => {
      await expect(call()).rejects.toMatchObject({ status });
    });
    expect(cost).toBe(0);
  });

  it.each(["embedding/fallback", "embedding/incapable"])(
    "%s: another route serves, and both attempts are written down",
    async (model) => {
      const { response } = await site
        .openai()
        .embeddings.create({ model, input: "x" })
        .withResponse();
      const record = await site.client().usage(response.headers.get("x-request-id") ?? "");
      expect(record.attempts).toHaveLength(2);
      expect(record.attempts.at(-1)).toMatchObject({ outcome: "ok", model: "ok" });
    },
  );
});

describe("credits", () => {
  it("that do not reach for the dearest outcome refuse the work before it is sent", async () => {
    const sent = site.upstream.requests.length;
    const poor = site.openai("poor");
    const ask = { model: "image/ok", prompt: "x", size: "1024x1024", quality: "high" } as const;
    await expect(poor.images.generate(ask)).rejects.toMatchObject({ status: 402 });
    expect(site.upstream.requests.length).toBe(sent);
    const cheap = await poor.images.generate({ ...ask, quality: "low" });
    expect(cheap.data).toHaveLength(1);
  });
});
