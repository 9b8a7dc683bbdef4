/**
 * The site's colour in light and dark: as a fill it stays itself wherever it can be seen, with a
 * text on it that can be read; as a text it is moved until it can be read. Every text reaches
 * 4.5 : 1.
 */

export interface Rgb {
  red: number;
  green: number;
  blue: number;
}

/** The darkest light and the lightest dark that anything in the colour stands on. */
export const LIGHT_GROUND: Rgb = { red: 237, green: 237, blue: 234 };
export const DARK_GROUND: Rgb = { red: 43, green: 44, blue: 50 };
const WHITE: Rgb = { red: 255, green: 255, blue: 255 };
const BLACK: Rgb = { red: 0, green: 0, blue: 0 };
const CONTRAST = 4.5;

/** Parses `#rrggbb`; null when it is something else. */
export function parseHex(text: string): Rgb | null {
  const match = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(text.trim());
  if (!match) return null;
  const [red, green, blue] = match.slice(1).map((part) => Number.parseInt(part, 16));
  return { red: red ?? 0, green: green ?? 0, blue: blue ?? 0 };
}

export function toHex({ red, green, blue }: Rgb): string {
  const part = (value: number) => Math.round(value).toString(16).padStart(2, "0");
  return `#${part(red)}${part(green)}${part(blue)}`;
}

function luminance({ red, green, blue }: Rgb): number {
  const linear = (value: number) => {
    const share = value / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
}

/** WCAG contrast ratio, 1 to 21. */
export function contrast(one: Rgb, other: Rgb): number {
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

function mix(from: Rgb, to: Rgb, share: number): Rgb {
  const blend = (a: number, b: number) => a + (b - a) * share;
  return {
    red: blend(from.red, to.red),
    green: blend(from.green, to.green),
    blue: blend(from.blue, to.blue),
  };
}

/** The soft ground made of the colour itself, as `--brand-soft` mixes it. */
export const softGround = {
  light: (color: Rgb): Rgb => mix(WHITE, color, 0.09),
  dark: (color: Rgb): Rgb => mix({ red: 26, green: 27, blue: 30 }, color, 0.15),
};

/** Moves a colour towards `pole` in small steps until it is readable on every ground. */
function readable(color: Rgb, grounds: (color: Rgb) => Rgb[], pole: Rgb): Rgb {
  for (let step = 0; step <= 50; step += 1) {
    const candidate = parseHex(toHex(mix(color, pole, step / 50))) ?? pole;
    if (grounds(candidate).every((ground) => contrast(candidate, ground) >= CONTRAST)) {
      return candidate;
    }
  }
  return pole;
}

/** A fill hardly darker or lighter than its ground is not seen as a button. */
const VISIBLE = 1.5;

function fillOf(color: Rgb, text: Rgb, ground: Rgb): { fill: string; onFill: string } {
  const fill = contrast(color, ground) >= VISIBLE ? color : text;
  const onFill = contrast(WHITE, fill) >= CONTRAST ? WHITE : BLACK;
  return { fill: toHex(fill), onFill: toHex(onFill) };
}

export interface BrandColors {
  /** For text and lines. */
  text: string;
  /** For buttons and marks, and the text on them. */
  fill: string;
  onFill: string;
}

/** The colour for light and for dark pages. */
export function brandColors(hex: string): { light: BrandColors; dark: BrandColors } {
  const color = parseHex(hex) ?? { red: 0x34, green: 0x51, blue: 0xb2 };
  const light = readable(color, (own) => [LIGHT_GROUND, softGround.light(own)], BLACK);
  const dark = readable(color, (own) => [DARK_GROUND, softGround.dark(own)], WHITE);
  return {
    light: { text: toHex(light), ...fillOf(color, light, LIGHT_GROUND) },
    dark: { text: toHex(dark), ...fillOf(color, dark, DARK_GROUND) },
  };
}
