/**
 * Colours of the theme. A brand may pick any colour; what the console draws with it must still be
 * readable, so shades are made in OKLCH by lightness, where equal numbers look equally light, and
 * contrast is measured as WCAG does.
 */

export type Shades = readonly [
  string,
  string,
  string,
  string,
  string,
  string,
  string,
  string,
  string,
  string,
];

/** WCAG AA for normal text. */
export const READABLE = 4.5;

const HEX = /^#[0-9a-f]{6}$/i;
export const isHexColor = (text: string): boolean => HEX.test(text);

type Triple = readonly [number, number, number];

const toLinear = (channel: number) =>
  channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
const fromLinear = (channel: number) =>
  channel <= 0.0031308 ? channel * 12.92 : 1.055 * channel ** (1 / 2.4) - 0.055;

function linearOf(hex: string): Triple {
  const value = Number.parseInt(hex.slice(1), 16);
  return [
    toLinear(((value >> 16) & 255) / 255),
    toLinear(((value >> 8) & 255) / 255),
    toLinear((value & 255) / 255),
  ];
}

function hexOf(linear: Triple): string {
  const part = (channel: number) =>
    Math.round(Math.min(1, Math.max(0, fromLinear(Math.max(0, channel)))) * 255)
      .toString(16)
      .padStart(2, "0");
  return `#${part(linear[0])}${part(linear[1])}${part(linear[2])}`;
}

/** Contrast ratio of two `#rrggbb` colours, 1 to 21. */
export function contrast(first: string, second: string): number {
  const luminance = (hex: string) => {
    const [red, green, blue] = linearOf(hex);
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const [low, high] = [luminance(first), luminance(second)].sort((a, b) => a - b) as [
    number,
    number,
  ];
  return (high + 0.05) / (low + 0.05);
}

interface Oklch {
  lightness: number;
  chroma: number;
  hue: number;
}

function oklchOf(hex: string): Oklch {
  const [red, green, blue] = linearOf(hex);
  const l = Math.cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue);
  const m = Math.cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue);
  const s = Math.cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue);
  const a = 1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s;
  const b = 0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s;
  return {
    lightness: 0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    chroma: Math.hypot(a, b),
    hue: Math.atan2(b, a),
  };
}

function linearOfOklch({ lightness, chroma, hue }: Oklch): Triple {
  const a = chroma * Math.cos(hue);
  const b = chroma * Math.sin(hue);
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ];
}

/** The nearest colour a screen can show: chroma gives way, lightness and hue stay. */
function hexOfOklch(color: Oklch): string {
  const shown = (linear: Triple) => linear.every((channel) => channel > -0.001 && channel < 1.001);
  let low = 0;
  let high = color.chroma;
  if (!shown(linearOfOklch(color))) {
    for (let step = 0; step < 16; step += 1) {
      const middle = (low + high) / 2;
      if (shown(linearOfOklch({ ...color, chroma: middle }))) low = middle;
      else high = middle;
    }
    return hexOf(linearOfOklch({ ...color, chroma: low }));
  }
  return hexOf(linearOfOklch(color));
}

/** `share` (0 to 1) of the first colour over the second. */
export function mixed(first: string, second: string, share: number): string {
  const channels = (hex: string) =>
    [1, 3, 5].map((start) => Number.parseInt(hex.slice(start, start + 2), 16));
  const below = channels(second);
  return `#${channels(first)
    .map((channel, index) => Math.round(channel * share + (below[index] ?? 0) * (1 - share)))
    .map((channel) => channel.toString(16).padStart(2, "0"))
    .join("")}`;
}

/** The same hue, darkened until it is readable against `ground`. */
export function readableOn(color: string, ground: string, wanted = READABLE): string {
  const base = oklchOf(color);
  const darker = contrast("#ffffff", ground) < contrast("#000000", ground);
  let result = color;
  for (let step = 0; contrast(result, ground) < wanted && step < 100; step += 1) {
    const move = (darker ? -0.01 : 0.01) * (step + 1);
    // A light ground asks for a darker colour, a dark ground for a lighter one.
    const lightness = Math.min(1, Math.max(0, base.lightness + move));
    result = hexOfOklch({ ...base, lightness });
  }
  return result;
}

const LIGHTNESS = [0.974, 0.945, 0.9, 0.835, 0.76, 0.68, 0.6, 0.54] as const;
const CHROMA = [0.12, 0.22, 0.38, 0.58, 0.8, 0.95, 1, 1] as const;

/**
 * Ten shades around a colour. Shade 8 is the colour itself, darkened where white text on it would
 * not be readable; shade 9 is darker still; 0 to 7 climb to almost white.
 */
export function shadesOf(color: string): Shades {
  const main = readableOn(color, "#ffffff");
  const base = oklchOf(main);
  const light = LIGHTNESS.map((lightness, index) => {
    const climb = Math.max(lightness, base.lightness + (8 - index) * 0.02);
    const chroma = base.chroma * (CHROMA[index] ?? 1);
    return hexOfOklch({ lightness: Math.min(0.985, climb), chroma, hue: base.hue });
  });
  const dark = hexOfOklch({ ...base, lightness: base.lightness * 0.84 });
  return [...light, main, dark] as unknown as Shades;
}
