/** What a task has used: as reported, and as forecast where its price needs what nobody reported. */
import type { MediaUsage } from "../../core/media.ts";
import type { Tariff, Units } from "../../core/pricing.ts";
import { NO_USAGE, type Usage } from "../../core/run.ts";
import type { Metered } from "../chat/call-parts.ts";
import type { Forecast } from "./forecast.ts";

/**
 * Images and characters are counted by us, exactly; tokens and seconds only the upstream knows,
 * and a charge that rests on our guess of them says that it is an estimate.
 */
export function measure(
  tariff: Tariff,
  { expected }: Forecast,
  reported: MediaUsage | null,
  complete: boolean,
): Metered {
  const needs = needsOf(tariff);
  const guessesTokens = !reported?.tokens && (needs.tokens || (reported === null && !needs.units));
  const guessesSeconds = reported?.seconds == null && expected.units.seconds !== undefined;
  const guess: Usage = { ...NO_USAGE, input: expected.input, output: expected.output };
  const seconds = reported?.seconds ?? expected.units.seconds;
  const images = reported?.images ?? expected.units.images;
  const units: Units = {
    ...expected.units,
    ...(images ? { images } : {}),
    ...(seconds === undefined ? {} : { seconds }),
  };
  const estimated = guessesTokens || (needs.seconds && guessesSeconds);
  return {
    usage: reported?.tokens ?? (guessesTokens ? guess : NO_USAGE),
    units,
    usageSource: estimated ? "estimated" : complete || !reported ? "reported" : "partial",
  };
}

/** What of a use its price asks for. */
function needsOf(tariff: Tariff): { tokens: boolean; seconds: boolean; units: boolean } {
  if (tariff.kind !== "byTokens") return { tokens: false, seconds: false, units: false };
  const { perSecond, perMillionCharacters, perImage, perRequest, images, ...tokens } = tariff.price;
  return {
    tokens: Object.values(tokens).some((price) => (price ?? 0) > 0),
    seconds: (perSecond ?? 0) > 0,
    units: [perSecond, perMillionCharacters, perImage, perRequest, images].some(Boolean),
  };
}
