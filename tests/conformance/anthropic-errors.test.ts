/** What Anthropic's published client is told when something is wrong. */
import Anthropic from "@anthropic-ai/sdk";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { expectBalanced, keyOf } from "../server/support.ts";
import { type ClientSite, question, startClientSite } from "./anthropic-site.ts";

let site: ClientSite;
beforeAll(async () => {
  site = await startClientSite();
}, 60_000);
afterAll(() => site?.stop());

type Body = Anthropic.MessageCreateParamsNonStreaming;
async function failureOf(
  body: Partial<Body>,
  name = "ann",
): Promise<InstanceType<typeof Anthropic.APIError>> {
  const asked = { model: "up/ok", ...question, ...body } as Body;
  const error = await site
    .client(name)
    .messages.create(asked)
    .catch((cause: unknown) => cause);
  if (!(error instanceof Anthropic.APIError)) throw new Error(`no failure: ${String(error)}`);
  return error;
}
const shape = (type: string, code: string) => ({
  type: "error",
  error: { type, message: expect.any(String), details: { error_code: code } },
  request_id: expect.stringMatching(/^req_/),
});

it("a bad key is an AuthenticationError, in either header", async () => {
  const error = await failureOf({}, "nobody");
  expect(error).toBeInstanceOf(Anthropic.AuthenticationError);
  expect(error.error).toMatchObject(shape("authentication_error", "invalid_api_key"));
  expect(error.requestID).toMatch(/^req_/);
});

it.each([
  ["x-api-key", keyOf("ann")],
  ["authorization", `Bearer ${keyOf("ann")}`],
])("a key in %s is taken, with any version or none", async (header, value) => {
  const response = await fetch(`${site.origin}/v1/messages`, {
    method: "POST",
    headers: { [header]: value, "content-type": "application/json" },
    body: JSON.stringify({ model: "claude/ok", ...question }),
  });
  expect(response.status).toBe(200);
  expect(await response.json()).toMatchObject({ type: "message" });
});

it("an empty wallet is a billing error with the way to buy", async () => {
  const error = await failureOf({}, "poor");
  expect(error.status).toBe(402);
  expect(error.error).toMatchObject(shape("billing_error", "insufficient_credits"));
  expect(JSON.stringify(error.error)).toContain('"link"');
});

it("an unknown model or agent is a NotFoundError", async () => {
  const error = await failureOf({ model: "claude-unheard-of" });
  expect(error).toBeInstanceOf(Anthropic.NotFoundError);
  expect(error.error).toMatchObject(shape("not_found_error", "model_not_found"));
  expect((await failureOf({ model: "agent/unheard-of" })).error).toMatchObject(
    shape("not_found_error", "agent_not_found"),
  );
});

it("too many requests are a RateLimitError with the time to wait, in both names", async () => {
  await site.client("rated").messages.create({ model: "up/ok", ...question });
  const error = await failureOf({}, "rated");
  expect(error).toBeInstanceOf(Anthropic.RateLimitError);
  expect(error.error).toMatchObject(shape("rate_limit_error", "rate_limit_rpm"));
  const { headers } = error;
  expect(Number(headers?.get("retry-after"))).toBeGreaterThan(0);
  expect(headers?.get("x-ratelimit-remaining-requests")).toBe("0");
  expect(headers?.get("anthropic-ratelimit-requests-limit")).toBe("1");
  expect(headers?.get("anthropic-ratelimit-requests-remaining")).toBe("0");
  const reset = Date.parse(headers?.get("anthropic-ratelimit-requests-reset") ?? "");
  expect(reset).toBeGreaterThan(Date.now());
});

it("too large a body is refused as such", async () => {
  const content = "x".repeat(21 * 1024 * 1024);
  const error = await failureOf({ messages: [{ role: "user", content }] });
  expect(error.status).toBe(413);
  expect(error.error).toMatchObject(shape("request_too_large", "request_too_large"));
});

describe("a request that is wrong is told with its path", () => {
  it.each<[string, object]>([
    ["max_tokens", { max_tokens: undefined }],
    ["messages", { messages: [] }],
    ["messages.0.role", { messages: [{ role: "robot", content: "x" }] }],
    ["messages.0.content.0.text", { messages: [{ role: "user", content: [{ type: "text" }] }] }],
    [
      "messages.0.content.0.source",
      { messages: [{ role: "user", content: [{ type: "image", source: { type: "fax" } }] }] },
    ],
    ["temperature", { temperature: 3 }],
    ["tools.0.name", { tools: [{ input_schema: {} }] }],
    ["tool_choice.type", { tool_choice: { type: "maybe" } }],
  ])("%s", async (path, body) => {
    const error = await failureOf(body as Partial<Body>);
    expect(error).toBeInstanceOf(Anthropic.BadRequestError);
    expect(error.message).toContain(path);
    expect(error.error).toMatchObject({ error: { type: "invalid_request_error" } });
  });

  it("a body that is no JSON, a version that is none, a path that is not there", async () => {
    const ask = (path: string, body: string, version = "2023-06-01") =>
      fetch(`${site.origin}/v1/messages${path}`, {
        method: "POST",
        headers: { "x-api-key": keyOf("ann"), "anthropic-version": version },
        body,
      });
    const good = JSON.stringify({ model: "up/ok", ...question });
    const answers = [
      await ask("", "{"),
      await ask("", good, "newest"),
      await ask("/batches", good),
    ];
    expect(answers.map(({ status }) => status)).toEqual([400, 400, 404]);
    for (const answer of answers) expect(await answer.json()).toMatchObject({ type: "error" });
  });
});

describe.each(["claude", "up", "gemini", "bedrock"])("%s", (family) => {
  it("a refusal is told with the platform's sentence and costs nothing", async () => {
    const before = await expectBalanced(site.ann);
    const error = await failureOf({ model: `${family}/400` });
    expect(error).toBeInstanceOf(Anthropic.BadRequestError);
    expect(error.error).toMatchObject(shape("invalid_request_error", "upstream_rejected"));
    expect((await expectBalanced(site.ann)).balance_micro).toBe(before.balance_micro);
  });

  it("a platform that is too busy is overloaded, and says how long to wait", async () => {
    const error = await failureOf({ model: `${family}/429` });
    expect(error.status).toBe(503);
    expect(error.error).toMatchObject(shape("overloaded_error", "upstream_unavailable"));
    expect(Number(error.headers?.get("retry-after"))).toBeGreaterThan(0);
  });
});

it("the client's own retries get through an upstream that is overloaded once", async () => {
  site.upstream.script("529", { status: 529 });
  const client = site.client("ann", { maxRetries: 3 });
  setTimeout(() => site.upstream.script("529", { status: 200 }), 300);
  const message = await client.messages.create({ model: "claude/529", ...question });
  expect(message.content[0]).toMatchObject({ type: "text" });
}, 20_000);

it("counting asks for a key and a model that its user may use", async () => {
  const body = { model: "nothing", messages: question.messages };
  await expect(site.client("nobody").messages.countTokens(body)).rejects.toBeInstanceOf(
    Anthropic.AuthenticationError,
  );
  await expect(site.client().messages.countTokens(body)).rejects.toBeInstanceOf(
    Anthropic.NotFoundError,
  );
  const wrong = { ...body, model: "claude/ok", messages: [] };
  await expect(site.client().messages.countTokens(wrong)).rejects.toBeInstanceOf(
    Anthropic.BadRequestError,
  );
});
