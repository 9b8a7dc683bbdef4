/**
 * A storm over aimock: many clients at once, every protocol, while answers are dropped, malformed,
 * refused and cut off by chance. Read from the wire, so that nothing of a client's own covers for us.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { expectBalanced, keyOf } from "../server/support.ts";
import { type MockSites, PLATFORMS, startMockSites, TEXT, USED } from "./aimock-site.ts";

let sites: MockSites;
beforeAll(async () => {
  sites = await startMockSites();
}, 60_000);
afterAll(() => sites?.stop());

const PRICE_OF_ONE = (USED.input + USED.output) * 1000;
const TOGETHER = 6;
const PATIENCE_MS = 20_000;
/** All outcomes of the model that has other connections to go to. */
const withRoutes: string[] = [];
const messages = [{ role: "user", content: "hello" }];

interface Protocol {
  path: string;
  body: object;
  /** Ends of a stream: one each, whatever kind of an end it is. */
  ends: RegExp;
  fails: RegExp;
  text(answer: string): string;
}

/** The pieces that `pattern` finds, each a JSON text. */
const joined = (answer: string, pattern: RegExp) =>
  [...answer.matchAll(pattern)].map(([, piece]) => JSON.parse(piece ?? '""')).join("");

const PROTOCOLS: Record<string, Protocol> = {
  "OpenAI chat": {
    path: "/chat/completions",
    body: { messages },
    ends: /"finish_reason":"\w+"|^data: \{"error"/gm,
    fails: /^data: \{"error"/m,
    text: (answer) => joined(answer, /"content":("(?:[^"\\]|\\.)*")/g),
  },
  "OpenAI responses": {
    path: "/responses",
    body: { input: "hello", store: false },
    ends: /^event: response\.(completed|incomplete|failed)$/gm,
    fails: /^event: response\.failed$/m,
    text: (answer) => joined(answer, /"delta":("(?:[^"\\]|\\.)*")/g),
  },
  "Anthropic messages": {
    path: "/messages",
    body: { messages, max_tokens: 100 },
    ends: /^event: (message_stop|error)$/gm,
    fails: /^event: error$/m,
    text: (answer) => joined(answer, /"text_delta","text":("(?:[^"\\]|\\.)*")/g),
  },
};

interface Outcome {
  how: "answered" | "refused" | "broke";
  requestId: string;
}

/** One request, read to its end; fails where its end is not one. */
async function ask(
  platform: string,
  { path, body, ends, fails, text }: Protocol,
  model: string,
  stream: boolean,
): Promise<Outcome> {
  const response = await fetch(`${sites.portico.gateway}${path}`, {
    method: "POST",
    headers: { authorization: `Bearer ${keyOf(platform)}`, "content-type": "application/json" },
    body: JSON.stringify({ model, stream, ...body }),
    // A hang is a failure of this test, not of the whole run.
    signal: AbortSignal.timeout(PATIENCE_MS),
  });
  const answer = await response.text();
  const requestId = response.headers.get("x-request-id") ?? "";
  if (response.status !== 200) {
    expect([502, 503], answer).toContain(response.status);
    const { error } = JSON.parse(answer) as { error: { message: string } };
    expect(error.message).toMatch(/not available|limit/i);
    return { how: "refused", requestId };
  }
  if (!stream) {
    expect(answer).toContain(TEXT);
    return { how: "answered", requestId };
  }
  expect(answer.match(ends), answer).toHaveLength(1);
  const broke = fails.test(answer);
  if (broke) expect(TEXT.startsWith(text(answer)), answer).toBe(true);
  else expect(text(answer)).toBe(TEXT);
  return { how: broke ? "broke" : "answered", requestId };
}

describe.each(Object.keys(PLATFORMS))("%s", (platform) => {
  it("every request ends once, in an answer or an error, and is charged for what it was", async () => {
    const user = sites.user(platform);
    const before = await expectBalanced(user);
    const asked = Object.values(PROTOCOLS).flatMap((protocol) =>
      Array.from({ length: TOGETHER }, (_, at) => [
        ask(platform, protocol, "storm", at % 2 === 0),
        ask(platform, protocol, "truncated", true),
      ]).flat(),
    );
    const outcomes = await Promise.all(asked);
    withRoutes.push(...outcomes.filter((_, at) => at % 2 === 0).map(({ how }) => how));
    const spent = before.balance_micro - (await expectBalanced(user)).balance_micro;
    let charged = 0;
    for (const { how, requestId } of outcomes) {
      const record = await user.usage(requestId);
      charged += record.charged_micro;
      expect(record.status).toBe(how === "answered" ? "ok" : "error");
      if (how === "refused") expect(record.charged_micro).toBe(0);
      else expect(record.charged_micro).toBeGreaterThan(0);
      if (how === "answered" && platform !== "ollama") {
        expect(record).toMatchObject({ usage_source: "reported", charged_micro: PRICE_OF_ONE });
      }
    }
    expect(charged).toBe(spent);
  }, 60_000);
});

it("there was a storm: each kind of fault struck, and most were answered all the same", () => {
  const struck = new Set(sites.mock.getRequests().map(({ response }) => response.chaosAction));
  expect(withRoutes.filter((how) => how === "answered").length).toBeGreaterThan(
    withRoutes.length / 2,
  );
  expect([...struck].sort()).toEqual(["disconnect", "drop", "malformed", "rateLimit", undefined]);
});
