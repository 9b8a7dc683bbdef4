/** A browser or a program, in a few words: `Chrome 141 · macOS`. */

/** The first that matches: browsers say the names of those before them. */
const PROGRAMS: [name: string, pattern: RegExp][] = [
  ["WeChat", /\bMicroMessenger\/(\d+)/],
  ["WeCom", /\bwxwork\/(\d+)/],
  ["DingTalk", /\bDingTalk\/(\d+)/],
  ["Feishu", /\b(?:Lark|Feishu)\/(\d+)/],
  ["Edge", /\bEdg(?:A|iOS)?\/(\d+)/],
  ["Opera", /\bOPR\/(\d+)/],
  ["Firefox", /\b(?:Firefox|FxiOS)\/(\d+)/],
  ["Chrome", /\b(?:Headless)?Chr(?:ome|iOS|omium)\/(\d+)/],
  ["Safari", /\bVersion\/(\d+)[\d.]* (?:Mobile\/\w+ )?Safari\//],
];
const SYSTEMS: [name: string, pattern: RegExp][] = [
  ["iPadOS", /\biPad\b/],
  ["iOS", /\biPhone\b/],
  ["HarmonyOS", /\b(?:HarmonyOS|OpenHarmony)\b/],
  ["Android", /\bAndroid\b/],
  ["Windows", /\bWindows\b/],
  ["macOS", /\bMac OS X\b/],
  ["ChromeOS", /\bCrOS\b/],
  ["Linux", /\bLinux\b/],
];
const OTHER_MAX = 60;

/** Of a program that is no browser its own first words; empty where nothing was said. */
export function shortAgent(userAgent: string | null | undefined): string {
  const said = (userAgent ?? "").slice(0, 1_000);
  const program = PROGRAMS.map(([name, pattern]) => {
    const version = pattern.exec(said)?.[1];
    return version === undefined ? null : `${name} ${version}`;
  }).find((found) => found !== null);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
  if (!program) return (said.split(" ")[0] ?? "").replace(/[\x00-\x1f]/g, "").slice(0, OTHER_MAX);
  const system = SYSTEMS.find(([, pattern]) => pattern.test(said))?.[0];
  return system ? `${program} · ${system}` : program;
}
