/**
 * What a task will use, as far as its request tells: for the hold, and for the charge where the
 * upstream reports nothing.
 */
import { soundLength } from "../../core/audio.ts";
import type {
  EmbedInput,
  ImageInput,
  SpeechInput,
  TranscribeInput,
  VideoInput,
} from "../../core/media.ts";
import { ceilingMicro, type Tariff, type Units } from "../../core/pricing.ts";
import { estimateTokens, IMAGE_TOKENS } from "../../core/tokens.ts";
import type { Hold } from "../chat/admission.ts";

export interface Amounts {
  input: number;
  output: number;
  units: Units;
}

export interface Forecast {
  /** What it comes to in all likelihood. */
  expected: Amounts;
  /** What it cannot exceed. */
  most: Amounts;
}

const NO_AMOUNTS: Amounts = { input: 0, output: 0, units: { requests: 0 } };
export const NOTHING: Forecast = { expected: NO_AMOUNTS, most: NO_AMOUNTS };

/** Estimates of text are off by no more than this. */
const MARGIN = 1.1;

export function holdOf(tariff: Tariff, { expected, most }: Forecast): Hold {
  const ceiling = ({ input, output, units }: Amounts) => ceilingMicro(tariff, input, output, units);
  return {
    holdMicro: ceiling(most),
    minimumMicro: Math.min(ceiling(expected), ceiling(most)),
    tokens: expected.input + expected.output,
  };
}

export function forecastEmbedding({ inputs }: EmbedInput): Forecast {
  let tokens = 0;
  let exact = true;
  for (const input of inputs) {
    if (typeof input === "string") exact = false;
    tokens += typeof input === "string" ? estimateTokens(input) : input.length;
  }
  const amounts = (input: number): Amounts => ({ input: Math.ceil(input), output: 0, units: {} });
  return { expected: amounts(tokens), most: amounts(exact ? tokens : tokens * MARGIN) };
}

/** Tokens of one image of 1024 × 1536 by quality; what nobody says may be the dearest. */
const IMAGE_OUTPUT_TOKENS: Record<string, number> = {
  low: 410,
  medium: 1_600,
  standard: 1_600,
  high: 6_300,
  hd: 6_300,
  xhigh: 9_500,
  max: 12_600,
};
const USUAL_PIXELS = 1024 * 1536;

export function forecastImages(input: ImageInput): Forecast {
  const { prompt, count, images } = input;
  const size = known(input.size);
  const quality = known(input.quality);
  const [, width = "0", height = "0"] = /^(\d+)x(\d+)$/i.exec(size ?? "") ?? [];
  const scale = Math.max(1, (Number(width) * Number(height)) / USUAL_PIXELS);
  const each = (IMAGE_OUTPUT_TOKENS[quality ?? "high"] ?? 12_600) * scale;
  const units: Units = { images: [{ size, quality, count }] };
  const seen = estimateTokens(prompt) + images.length * IMAGE_TOKENS;
  const amounts = (margin: number): Amounts => ({
    input: Math.ceil(seen * margin),
    output: Math.ceil(each * count * margin),
    units,
  });
  return { expected: amounts(1), most: amounts(MARGIN) };
}

const known = (text: string | null) => (text === "auto" ? null : text);

/** A token of text takes about 0.3 s to say, and a second of sound about 20 tokens. */
const SECONDS_PER_TEXT_TOKEN = 0.3;
const TOKENS_PER_SPOKEN_SECOND = 20;
/** Somebody who speaks slowly. */
const SLOWEST = 3;

export function forecastSpeech({ text }: SpeechInput): Forecast {
  const input = estimateTokens(text);
  const characters = [...text].length;
  const amounts = (slow: number): Amounts => {
    const seconds = input * SECONDS_PER_TEXT_TOKEN * slow;
    const output = Math.ceil(seconds * TOKENS_PER_SPOKEN_SECOND);
    return { input, output, units: { characters, seconds } };
  };
  return { expected: amounts(1), most: amounts(SLOWEST) };
}

/** What models count of a second that they hear, and of the words that it holds. */
const TOKENS_PER_HEARD_SECOND = 10;
const WRITTEN_TOKENS_PER_SECOND = 4;

export function forecastTranscript({ file }: TranscribeInput): Forecast {
  const amounts = (seconds: number): Amounts => ({
    input: Math.ceil(seconds * TOKENS_PER_HEARD_SECOND),
    output: Math.ceil(seconds * WRITTEN_TOKENS_PER_SECOND),
    units: { seconds },
  });
  const { expected, most } = soundLength(file.bytes);
  return { expected: amounts(expected), most: amounts(most) };
}

/** Where the client does not say; no platform makes longer ones unasked. */
const VIDEO_SECONDS = 8;
const VIDEO_PIXELS = 1280 * 720;
/** Of 1280 × 720 at 24 frames a second, where a platform counts tokens. */
const TOKENS_PER_SHOWN_SECOND = 21_600;

export function forecastVideo({ seconds, size }: Pick<VideoInput, "seconds" | "size">): Forecast {
  const [, width = "0", height = "0"] = /^(\d+)x(\d+)$/i.exec(size ?? "") ?? [];
  const scale = Math.max(1, (Number(width) * Number(height)) / VIDEO_PIXELS);
  const length = seconds ?? VIDEO_SECONDS;
  const amounts = (margin: number): Amounts => ({
    input: 0,
    output: Math.ceil(length * TOKENS_PER_SHOWN_SECOND * scale * margin),
    units: { seconds: length },
  });
  return { expected: amounts(1), most: amounts(MARGIN) };
}
