import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ModelPrice } from "../../src/contract/config.ts";
import type { MediaUsage } from "../../src/core/media.ts";
import { chargeMicro, type Tariff } from "../../src/core/pricing.ts";
import {
  type Forecast,
  forecastEmbedding,
  forecastImages,
  forecastSpeech,
  forecastTranscript,
  holdOf,
} from "../../src/services/media/forecast.ts";
import { measure } from "../../src/services/media/measure.ts";
import {
  embedInput,
  imageInput,
  speechInput,
  transcribeInput,
  used,
} from "../connectors/fixtures/tasks.ts";

const tariff = (price: ModelPrice): Tariff => ({ kind: "byTokens", price });
const BY_TOKENS = tariff({ inputPerMillion: 1000, outputPerMillion: 1000 });
const recording = (bytes: number) => ({
  name: "a.mp3",
  mime: "audio/mpeg",
  bytes: new Uint8Array(bytes),
});

describe("a forecast", () => {
  it("of embeddings counts tokens exactly where the client did, else leaves a margin", () => {
    const counted = forecastEmbedding(embedInput({ inputs: [[1, 2, 3], [4]] }));
    expect([counted.expected.input, counted.most.input]).toEqual([4, 4]);
    const texts = forecastEmbedding(embedInput({ inputs: ["x".repeat(400), "向量"] }));
    expect([texts.expected.input, texts.most.input]).toEqual([102, 113]);
  });

  it("of images takes what nobody says for the dearest, and grows with what is drawn", () => {
    const output = (more: Parameters<typeof imageInput>[0]) =>
      forecastImages(imageInput(more)).expected.output;
    expect(output({ quality: "low" })).toBeLessThan(output({ quality: "medium" }));
    expect(output({})).toBe(output({ quality: "high" }));
    expect(output({ quality: "auto" })).toBe(output({ quality: "high" }));
    expect(output({ quality: "low", count: 3 })).toBe(3 * output({ quality: "low" }));
    expect(output({ size: "2048x3072" })).toBe(4 * output({ size: "1024x1024" }));
    const auto = forecastImages(imageInput({ size: "auto", quality: "auto" }));
    expect(auto.most.units.images).toEqual([{ size: null, quality: null, count: 1 }]);
  });

  it("of an edit counts the images that are looked at", () => {
    const image = { name: "a", mime: "image/png", bytes: new Uint8Array(1) };
    const seen = (images: (typeof image)[]) =>
      forecastImages(imageInput({ images })).expected.input;
    expect(seen([image, image]) - seen([])).toBe(2 * 1600);
  });

  it("of speech counts characters as people do", () => {
    const { expected } = forecastSpeech(speechInput({ text: "👍 你好" }));
    expect(expected.units.characters).toBe(4);
  });

  it("of a transcript holds for the longest that the file can be, and wants the probable", () => {
    const forecast = forecastTranscript(transcribeInput({ file: recording(80_000) }));
    const hold = holdOf(tariff({ perSecond: 0.001 }), forecast);
    expect(hold).toMatchObject({ holdMicro: 80_000, minimumMicro: 10_000 });
  });

  it("never holds less than it expects, at any price", () => {
    const inputs: Forecast[] = [
      forecastEmbedding(embedInput()),
      forecastImages(imageInput({ count: 4, size: "1024x1024" })),
      forecastSpeech(speechInput()),
      forecastTranscript(transcribeInput({ file: recording(5_000) })),
    ];
    const credits = fc.integer({ min: 0, max: 1_000_000 });
    const prices = fc.record(
      {
        inputPerMillion: credits,
        outputPerMillion: credits,
        audioInputPerMillion: credits,
        perImage: credits,
        images: fc.array(fc.record({ size: fc.constant("1024x1024"), credits }), { maxLength: 2 }),
        perSecond: credits,
        perMillionCharacters: credits,
        perRequest: credits,
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(prices, fc.constantFrom(...inputs), (price, forecast) => {
        const hold = holdOf(tariff(price), forecast);
        const { usage, units } = measure(tariff(price), forecast, null, true);
        expect(hold.minimumMicro).toBeLessThanOrEqual(hold.holdMicro);
        expect(chargeMicro(price, usage, units)).toBeLessThanOrEqual(hold.holdMicro);
      }),
      { seed: 7, numRuns: 300 },
    );
  });
});

describe("what a task used", () => {
  const speech = forecastSpeech(speechInput({ text: "x".repeat(100) }));
  const heard = forecastTranscript(transcribeInput({ file: recording(80_000) }));
  const drawn = forecastImages(imageInput({ count: 2, size: "1024x1024", quality: "low" }));
  const source = (price: ModelPrice, forecast: Forecast, usage: MediaUsage | null) =>
    measure(tariff(price), forecast, usage, true).usageSource;

  it("is an estimate only where its price needs what nobody reported", () => {
    expect(source({ perMillionCharacters: 15 }, speech, null)).toBe("reported");
    expect(source({ outputPerMillion: 15 }, speech, null)).toBe("estimated");
    expect(source({ outputPerMillion: 15 }, speech, used({ output: 9 }))).toBe("reported");
    expect(source({ perSecond: 1 }, speech, used({ output: 9 }))).toBe("estimated");
    expect(source({ perSecond: 1 }, heard, null)).toBe("estimated");
    expect(source({ perSecond: 1 }, heard, used(null, { seconds: 3 }))).toBe("reported");
    expect(source({ perSecond: 1 }, heard, used({ input: 3 }))).toBe("estimated");
    expect(source({ perImage: 1 }, drawn, used(null, { images: [] }))).toBe("reported");
    expect(source({}, drawn, null)).toBe("estimated");
  });

  it("guesses no tokens for what is paid by the piece", () => {
    const images = [{ size: null, quality: null, count: 2 }];
    const { usage } = measure(tariff({ perImage: 1 }), drawn, used(null, { images }), true);
    expect(usage).toMatchObject({ input: 0, output: 0 });
    const byTokens = measure(BY_TOKENS, drawn, used(null, { images }), true);
    expect(byTokens.usage.output).toBe(drawn.expected.output);
  });

  it("counts what was made, not what was ordered, and what was heard, not what was guessed", () => {
    const images = [{ size: "1024x1024", quality: "low", count: 1 }];
    const made = measure(tariff({ perImage: 1 }), drawn, used(null, { images }), true);
    expect(made.units.images).toEqual(images);
    const listened = measure(tariff({ perSecond: 1 }), heard, used(null, { seconds: 0 }), true);
    expect(listened.units.seconds).toBe(0);
  });

  it("reported before the end is partial", () => {
    expect(measure(BY_TOKENS, speech, used({ input: 1 }), false).usageSource).toBe("partial");
  });
});
