/**
 * The look of the console. Mantine's own palette fails WCAG AA in places (dimmed text, errors,
 * placeholders, light badges); here every hue is made by `shadesOf`, whose shade 8 carries white
 * text, and the variables that name single shades are set where Mantine picks a faint one.
 */
import { type CSSVariablesResolver, createTheme, type MantineThemeOverride } from "@mantine/core";
import { mixed, readableOn, shadesOf } from "../lib/color.ts";

const SLATE = [
  "#f6f7f9",
  "#eceef2",
  "#e0e3e9",
  "#cbd0d9",
  "#a9b0bd",
  "#848d9c",
  "#667080",
  "#4d5666",
  "#333b49",
  "#1b212c",
] as const;
/** Text, dimmed text, …, card, page, deepest: the ladder of the dark scheme. */
const INK = [
  "#d6dae3",
  "#bcc3cf",
  "#a2aab9",
  "#8891a1",
  "#3c4454",
  "#2a303d",
  "#1d222c",
  "#171b23",
  "#10131a",
  "#0b0d12",
] as const;

const CARD_DARK = INK[7];

/** Mantine's <header> inside a dialog would count as a second head of the page. */
const DIALOG_HEAD = { header: { role: "none" } };

/** `closeLabel` names the close button of dialogs, in the reader's language. */
export function consoleTheme(brand: string, closeLabel: string): MantineThemeOverride {
  return createTheme({
    primaryColor: "brand",
    primaryShade: 8,
    colors: {
      brand: shadesOf(brand),
      red: shadesOf("#c4314b"),
      green: shadesOf("#1f7a4d"),
      teal: shadesOf("#14746f"),
      yellow: shadesOf("#8f5b06"),
      blue: shadesOf("#2563b8"),
      gray: SLATE,
      dark: INK,
    },
    black: "#1b212c",
    fontFamily:
      'system-ui, -apple-system, "Segoe UI", Roboto, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif',
    fontFamilyMonospace:
      'ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace',
    fontSizes: { xs: "0.75rem", sm: "0.84375rem", md: "0.9375rem", lg: "1.0625rem", xl: "1.25rem" },
    radius: { xs: "4px", sm: "6px", md: "8px", lg: "12px", xl: "20px" },
    defaultRadius: "sm",
    headings: {
      fontWeight: "650",
      sizes: {
        h1: { fontSize: "1.375rem", lineHeight: "1.3" },
        h2: { fontSize: "1rem", lineHeight: "1.4" },
        h3: { fontSize: "0.9375rem", lineHeight: "1.4" },
      },
    },
    cursorType: "pointer",
    respectReducedMotion: true,
    components: componentDefaults(closeLabel),
  });
}

function componentDefaults(closeLabel: string): NonNullable<MantineThemeOverride["components"]> {
  const closeButtonProps = { "aria-label": closeLabel };
  return {
    Button: { defaultProps: { size: "sm" } },
    Card: {
      defaultProps: { withBorder: true, radius: "md", padding: "lg" },
      styles: { root: { borderColor: "var(--portico-border)" } },
    },
    Paper: { defaultProps: { radius: "md" } },
    Tooltip: { defaultProps: { withArrow: true, openDelay: 250 } },
    Badge: {
      defaultProps: { variant: "light", radius: "sm", fw: 550 },
      styles: {
        root: { textTransform: "none", letterSpacing: 0, flexShrink: 0, width: "fit-content" },
        // Half a word says nothing; the column gives way instead.
        label: { overflow: "visible" },
      },
    },
    // Help below the field: fields side by side stay in line whatever their help needs.
    InputWrapper: {
      defaultProps: { inputWrapperOrder: ["label", "input", "description", "error"] },
    },
    Modal: {
      defaultProps: {
        centered: true,
        radius: "md",
        overlayProps: { backgroundOpacity: 0.45 },
        attributes: DIALOG_HEAD,
        closeButtonProps,
      },
      styles: { title: { fontWeight: 650 } },
    },
    Drawer: {
      defaultProps: {
        position: "right",
        overlayProps: { backgroundOpacity: 0.3 },
        attributes: DIALOG_HEAD,
        closeButtonProps,
      },
    },
    Menu: { defaultProps: { shadow: "md", radius: "md" } },
    Select: { defaultProps: { comboboxProps: { shadow: "md" } } },
    Switch: { defaultProps: { withThumbIndicator: false } },
  };
}

const HUES = ["brand", "red", "green", "teal", "yellow", "blue"] as const;

/** Calm tints for badges, alerts and light buttons on dark ground; Mantine's glow there. */
function darkTints(colors: Readonly<Record<string, readonly string[]>>): Record<string, string> {
  const tints: Record<string, string> = {
    "--mantine-color-gray-light": INK[5],
    "--mantine-color-gray-light-hover": INK[4],
    "--mantine-color-gray-light-color": INK[0],
  };
  for (const hue of HUES) {
    const shades = colors[hue] ?? [];
    const strong = shades[7] ?? CARD_DARK;
    tints[`--mantine-color-${hue}-light`] = mixed(strong, CARD_DARK, 0.22);
    tints[`--mantine-color-${hue}-light-hover`] = mixed(strong, CARD_DARK, 0.34);
    tints[`--mantine-color-${hue}-light-color`] = readableOn(
      shades[3] ?? "#ffffff",
      mixed(strong, CARD_DARK, 0.34),
      5,
    );
  }
  return tints;
}

export const consoleVariables: CSSVariablesResolver = (theme) => {
  const brand = theme.colors.brand?.[4] ?? theme.white;
  return {
    variables: {},
    light: {
      "--mantine-color-body": theme.white,
      "--portico-page": SLATE[0],
      "--portico-border": SLATE[2],
      "--mantine-color-default-border": SLATE[3],
      "--mantine-color-dimmed": "#5a6474",
      "--mantine-color-placeholder": "#68717f",
      "--mantine-color-error": "var(--mantine-color-red-8)",
      "--mantine-color-gray-light-color": SLATE[8],
      "--mantine-color-gray-text": SLATE[7],
      "--mantine-color-gray-filled": SLATE[7],
    },
    dark: {
      ...darkTints(theme.colors),
      "--mantine-color-body": CARD_DARK,
      "--portico-page": INK[8],
      "--portico-border": INK[5],
      "--mantine-color-text": "#e3e6ec",
      "--mantine-color-default": INK[6],
      "--mantine-color-default-hover": INK[5],
      "--mantine-color-default-border": INK[4],
      "--mantine-color-dimmed": INK[2],
      "--mantine-color-placeholder": INK[3],
      "--mantine-color-error": "var(--mantine-color-red-4)",
      "--mantine-color-anchor": readableOn(brand, CARD_DARK, 5),
      "--mantine-color-disabled-color": INK[3],
      "--mantine-color-gray-filled": SLATE[7],
    },
  };
};
