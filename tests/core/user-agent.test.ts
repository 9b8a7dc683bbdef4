import { expect, it } from "vitest";
import { shortAgent } from "../../src/core/user-agent.ts";

const WEBKIT = "AppleWebKit/537.36 (KHTML, like Gecko)";

it.each([
  [
    `Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) ${WEBKIT} Chrome/141.0.0.0 Safari/537.36`,
    "Chrome 141 · macOS",
  ],
  [
    `Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${WEBKIT} Chrome/141.0.0.0 Safari/537.36 Edg/141.0.0.0`,
    "Edge 141 · Windows",
  ],
  ["Mozilla/5.0 (X11; Linux x86_64; rv:144.0) Gecko/20100101 Firefox/144.0", "Firefox 144 · Linux"],
  [
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Mobile/15E148 Safari/604.1",
    "Safari 26 · iOS",
  ],
  [
    `Mozilla/5.0 (Linux; Android 15; Pixel 9) ${WEBKIT} Version/4.0 Chrome/130.0.0.0 Mobile Safari/537.36 MicroMessenger/8.0.60`,
    "WeChat 8 · Android",
  ],
  [`Mozilla/5.0 (X11; Linux x86_64) ${WEBKIT} HeadlessChrome/141.0.0.0`, "Chrome 141 · Linux"],
  ["curl/8.5.0", "curl/8.5.0"],
  ["OpenAI/Python 2.8.0", "OpenAI/Python"],
  ["", ""],
  [undefined, ""],
])("%s is %s", (said, short) => {
  expect(shortAgent(said)).toBe(short);
});

it("a long or odd one is cut and has no control characters", () => {
  expect(shortAgent(`x\u0007${"y".repeat(100_000)}`)).toBe(`x${"y".repeat(59)}`);
});
