import { describe, expect, it } from "vitest";
import { NO_USAGE } from "../../src/core/run.ts";
import {
  Base64Pieces,
  decodeAigneEmbedding,
  decodeAigneImage,
  decodeAigneVideo,
  encodeAigneEmbedding,
  encodeAigneImages,
  videoFrame,
} from "../../src/front/aigne-media.ts";

const ending = (wrapped: boolean) => ({
  model: "m",
  wrapped,
  usage: { ...NO_USAGE, input: 3 },
  costMicro: 40_000,
});
const image = (body: unknown) => {
  const read = decodeAigneImage(body, "usr_1");
  if (!read.ok) throw new Error(read.error.message);
  return read.value;
};
const refusal = (read: { ok: boolean; error?: object }) => (read.ok ? null : read.error);

describe("a request for images", () => {
  it("has its fields in an input, or at the top", () => {
    const fields = { prompt: "a cat", n: 2, size: "1024x1024", quality: "high" };
    const wrapped = image({ input: { ...fields, modelOptions: { model: "m", style: "vivid" } } });
    const flat = image({ ...fields, model: "m", style: "vivid" });
    expect([wrapped.wrapped, flat.wrapped]).toEqual([true, false]);
    expect(wrapped.input).toEqual(flat.input);
    expect(flat.input).toMatchObject({
      prompt: "a cat",
      count: 2,
      size: "1024x1024",
      quality: "high",
      answer: null,
      stream: false,
      raw: { style: "vivid" },
    });
  });

  it("keeps what is for the client itself from the upstream", () => {
    const { input } = image({
      input: {
        prompt: "x",
        outputFileType: "url",
        image: [{ type: "url", url: "https://a.example/a.png" }],
        modelOptions: { model: "m", cacheConfig: {}, preferInputFileType: "url" },
      },
    });
    expect(input.raw).toEqual({ prompt: "x", model: "m" });
  });

  it("may hold pictures as files, addresses or plain texts", () => {
    const asked = (pictures: unknown) =>
      image({ model: "m", prompt: "x", image: pictures }).pictures;
    expect(
      asked([
        { type: "file", data: "iVBORw0KGgo=" },
        { type: "url", url: "data:,a" },
      ]),
    ).toEqual(["data:image/png;base64,iVBORw0KGgo=", "data:,a"]);
    expect(asked("https://a.example/a.png")).toEqual(["https://a.example/a.png"]);
    expect(asked(undefined)).toEqual([]);
  });

  it("may want the content of the files", () => {
    const wants = (more: object) => image({ model: "m", prompt: "x", ...more }).wantsContent;
    expect([
      wants({ outputFileType: "file" }),
      wants({ fileOutputType: "file" }),
      wants({ responseFormat: "b64_json" }),
      wants({ response_format: "b64_json" }),
      wants({ outputFileType: "url" }),
      wants({}),
    ]).toEqual([true, true, true, true, false, false]);
  });

  it.each([
    [{ input: { modelOptions: { model: "m" } } }, "input.prompt"],
    [{ input: { prompt: "x" } }, "input.modelOptions.model"],
    [{ input: { prompt: "x", model: "m", n: 99 } }, "input.n"],
    [{ input: { prompt: "x", model: "m", outputFileType: "fax" } }, "input.outputFileType"],
    [{ prompt: "x" }, "model"],
    [{ prompt: "x", model: "m", image: ["no address"] }, "image.0.url"],
    ["x", "model"],
  ])("%j is refused at its field", (body, param) => {
    const error = refusal(decodeAigneImage(body, "usr_1"));
    expect(error).toMatchObject({ code: "invalid_value", param });
    expect(error).toMatchObject({
      message: expect.stringMatching(`^${param.replace(/\./g, "\\.")}: `),
    });
  });
});

describe("images", () => {
  const made = {
    images: [
      { base64: "/9j/4A==", url: null, revisedPrompt: null },
      { base64: null, url: "https://a.example/a", revisedPrompt: null },
    ],
    native: null,
  };

  it("are files for who asked with an input", () => {
    expect(JSON.parse(encodeAigneImages(made, ending(true)))).toEqual({
      images: [
        { type: "file", data: "/9j/4A==", mimeType: "image/jpeg", filename: "image-1.jpeg" },
        { type: "url", url: "https://a.example/a", filename: "image-2" },
      ],
      model: "m",
      modelWithProvider: "m",
      usage: { inputTokens: 3, outputTokens: 0, aigneHubCredits: 0.04 },
    });
  });

  it("are under every name that older clients read for the others", () => {
    const { images, data } = JSON.parse(encodeAigneImages(made, ending(false)));
    expect(images[0]).toEqual({ b64_json: "/9j/4A==", b64Json: "/9j/4A==", base64: "/9j/4A==" });
    expect(data).toEqual([{ b64_json: "/9j/4A==" }, { url: "https://a.example/a" }]);
  });
});

describe("embeddings", () => {
  it("are always asked for as numbers", () => {
    const body = { model: "m", input: ["a"], encoding_format: "base64", dimensions: 2 };
    for (const asked of [body, { input: { ...body, modelOptions: {} } }]) {
      expect(decodeAigneEmbedding(asked, "usr_1")).toMatchObject({
        value: { model: "m", input: { inputs: ["a"], encoding: "float", dimensions: 2 } },
      });
    }
    const empty = { input: { input: [], modelOptions: { model: "m" } } };
    expect(decodeAigneEmbedding(empty, "u")).toMatchObject({ error: { param: "input.input" } });
  });

  it("are given as numbers, whatever the upstream gave, and twice to who asked with an input", () => {
    const base64 = Buffer.from(Float32Array.from([1, 0.5]).buffer).toString("base64");
    const embedded = { vectors: [[2, 3], base64] };
    const vectors = [
      [2, 3],
      [1, 0.5],
    ];
    const wrapped = JSON.parse(encodeAigneEmbedding(embedded, ending(true)));
    expect(wrapped.embeddings).toEqual(vectors);
    const flat = JSON.parse(encodeAigneEmbedding(embedded, ending(false)));
    expect(flat).not.toHaveProperty("embeddings");
    expect(flat.data.map((one: { embedding: unknown }) => one.embedding)).toEqual(vectors);
    expect(flat.usage).toMatchObject({ prompt_tokens: 3, inputTokens: 3, aigneHubCredits: 0.04 });
  });
});

describe("a video", () => {
  it("is asked for with its seconds as a text or a number", () => {
    const input = { prompt: "x", seconds: "8", size: "1280x720", modelOptions: { model: "m" } };
    expect(decodeAigneVideo({ input }, "usr_1")).toMatchObject({
      value: { model: "m", input: { seconds: 8, size: "1280x720" }, pictures: [] },
    });
    const bad = { input: { ...input, seconds: "soon" } };
    expect(decodeAigneVideo(bad, "u")).toMatchObject({ error: { param: "input.seconds" } });
  });

  it("stands whole between its frame, in whatever pieces it came", () => {
    const video = Buffer.from(Array.from({ length: 100 }, (_, at) => at));
    for (const size of [1, 2, 3, 7, 100]) {
      const base64 = new Base64Pieces();
      let data = "";
      for (let at = 0; at < video.length; at += size)
        data += base64.take(video.subarray(at, at + size));
      data += base64.end();
      const { before, after } = videoFrame("video/webm", {
        model: "m",
        seconds: 4,
        costMicro: 5_000,
      });
      expect(JSON.parse(before + data + after)).toEqual({
        videos: [
          {
            type: "file",
            mimeType: "video/webm",
            filename: "video.mp4",
            data: video.toString("base64"),
          },
        ],
        seconds: 4,
        model: "m",
        modelWithProvider: "m",
        usage: { inputTokens: 0, outputTokens: 0, aigneHubCredits: 0.005 },
      });
    }
  });

  it("whose length nobody knows is given without", () => {
    const { before, after } = videoFrame("video/mp4", { model: "m", seconds: null, costMicro: 0 });
    expect(JSON.parse(before + after)).not.toHaveProperty("seconds");
  });
});
