/**
 * Models of Bedrock, Gemini and Ollama behind the OpenAI-compatible API, on the running server, asked with
 * the published client: it must not notice that the platform speaks something else.
 */
import OpenAI from "openai";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { AWS_KEY } from "../support/aws-signature.ts";
import { startUpstream, type Upstream } from "../support/upstream.ts";
import { PRICE } from "./site.ts";
import {
  clientOf,
  eventually,
  expectBalanced,
  keyOf,
  startTestPortico,
  type TestPortico,
} from "./support.ts";

const PLATFORMS = ["bedrock", "bedrock-pair", "gemini", "ollama"] as const;
/** Model → the name that the upstream knows it by, and behaves as. */
const MODELS: Record<string, string> = {
  ok: "ok",
  tools: "gemini-3+tools",
  reasoning: "reasoning",
  paced: "paced",
  "429": "429",
  "400": "400",
  "cut-mid": "cut-mid",
  "error-mid": "error-mid",
};

let upstream: Upstream;
let portico: TestPortico;

beforeAll(async () => {
  upstream = await startUpstream();
  const bedrock = { connector: "bedrock", settings: { baseUrl: `${upstream.url}/bedrock` } };
  const gemini = { connector: "gemini", settings: { baseUrl: `${upstream.url}/gemini` } };
  portico = await startTestPortico({
    sites: [
      {
        slug: "acme",
        name: "Acme AI",
        connections: [
          { id: "bedrock", ...bedrock, secrets: [{ apiKey: "ABSKQmVkcm9ja0FQSUtleS0wMTIz" }] },
          { id: "bedrock-pair", ...bedrock, secrets: [AWS_KEY] },
          { id: "ollama", connector: "ollama", settings: { baseUrl: `${upstream.url}/ollama` } },
          { id: "gemini", ...gemini, secrets: [{ apiKey: "AQ.Ab8RN6K0123456789abcdef" }] },
        ],
        models: PLATFORMS.flatMap((connection) =>
          Object.entries(MODELS).map(([name, model]) => ({
            name: `${connection}/${name}`,
            routes: [{ connection, model }],
            price: PRICE,
          })),
        ),
        users: [
          {
            email: "ann@acme.example",
            password: "password-of-ann",
            credits: 100_000,
            apiKeys: [{ name: "test", key: keyOf("ann") }],
          },
        ],
      },
    ],
  });
}, 60_000);
afterAll(async () => {
  await portico?.stop();
  await upstream?.close();
});

const ann = () => clientOf(portico, keyOf("ann"));
const openai = () => new OpenAI({ apiKey: keyOf("ann"), baseURL: portico.gateway, maxRetries: 0 });
const recordOf = (response: Response) => ann().usage(response.headers.get("x-request-id") ?? "");
const messages = [{ role: "user" as const, content: "hello" }];

describe.each(PLATFORMS)("%s", (platform) => {
  it("answers whole, charged what the platform bills", async () => {
    const before = await expectBalanced(ann());
    const { data, response } = await openai()
      .chat.completions.create({ model: `${platform}/ok`, messages })
      .withResponse();
    expect(data.choices[0]).toMatchObject({ finish_reason: "stop" });
    expect(data.choices[0]?.message.content).toMatch(/^Hello word1/);
    const billed = upstream.billed.at(-1);
    expect(data.usage).toMatchObject({
      prompt_tokens: billed?.input,
      completion_tokens: billed?.output,
    });
    const charged = ((billed?.input ?? 0) + (billed?.output ?? 0)) * 1000;
    expect(await recordOf(response)).toMatchObject({
      usage_source: "reported",
      charged_micro: charged,
    });
    const after = await expectBalanced(ann());
    expect(before.balance_micro - after.balance_micro).toBe(charged);
  });

  it("streams, with the usage that the platform tells at its end", async () => {
    const stream = await openai().chat.completions.create({
      model: `${platform}/ok`,
      messages,
      stream: true,
      stream_options: { include_usage: true },
    });
    let text = "";
    let usage: OpenAI.CompletionUsage | null | undefined = null;
    for await (const chunk of stream) {
      text += chunk.choices[0]?.delta.content ?? "";
      usage = chunk.usage ?? usage;
    }
    expect(text).toMatch(/^Hello word1 .*word7/);
    const billed = upstream.billed.at(-1);
    expect(billed?.complete).toBe(true);
    expect(usage).toMatchObject({
      prompt_tokens: billed?.input,
      completion_tokens: billed?.output,
    });
  });

  it.each([true, false])("a tool is called and its result read (stream: %s)", async (stream) => {
    const asked: string[] = [];
    const getWeather = {
      type: "function" as const,
      function: {
        name: "get_weather",
        description: "The weather of a city",
        parameters: {
          type: "object" as const,
          properties: { city: { type: "string" } },
          additionalProperties: false,
        },
        parse: JSON.parse,
        function: ({ city }: { city: string }) => {
          asked.push(city);
          return `12C in ${city}`;
        },
      },
    };
    const body = { model: `${platform}/tools`, messages, tools: [getWeather] };
    const runner = stream
      ? openai().chat.completions.runTools({ ...body, stream: true })
      : openai().chat.completions.runTools(body);
    expect(await runner.finalContent()).toMatch(/^Hello word1/);
    expect(asked).toEqual(["Paris"]);
  });

  it("thoughts come beside the text", async () => {
    const answer = await openai().chat.completions.create({
      model: `${platform}/reasoning`,
      messages,
    });
    expect(answer.choices[0]?.message).toMatchObject({ reasoning_content: "Hm." });
    expect(answer.choices[0]?.message.content).not.toContain("Hm.");
  });

  it("the output limit reaches the platform, and the answer says that it was cut", async () => {
    const answer = await openai().chat.completions.create({
      model: `${platform}/ok`,
      messages,
      max_tokens: 3,
    });
    expect(answer.choices[0]?.finish_reason).toBe("length");
    expect(upstream.billed.at(-1)?.output).toBe(3);
  });

  it("a picture as data reaches the platform; one inside our network is never fetched", async () => {
    const look = (url: string) =>
      openai().chat.completions.create({
        model: `${platform}/ok`,
        messages: [{ role: "user", content: [{ type: "image_url", image_url: { url } }] }],
      });
    await look("data:image/png;base64,iVBORw0KGgo=");
    expect(JSON.stringify(upstream.requests.at(-1)?.body)).toContain("iVBORw0KGgo=");
    // This operator allows private addresses for connections; what users name is another matter.
    await expect(look(`${upstream.url}/files/cat.png`)).rejects.toMatchObject({
      status: 400,
      code: "upstream_rejected",
      message: expect.stringContaining("private address"),
    });
    expect(upstream.requests.some(({ path }) => path.startsWith("/files/"))).toBe(false);
  });

  it("a refusal is told with the platform's sentence and costs nothing", async () => {
    const before = await expectBalanced(ann());
    const refusal = await openai()
      .chat.completions.create({ model: `${platform}/400`, messages })
      .catch((error: unknown) => error);
    expect(refusal).toMatchObject({ status: 400, code: "upstream_rejected" });
    expect((await expectBalanced(ann())).balance_micro).toBe(before.balance_micro);
  });

  it.each(["cut-mid", "error-mid"])(
    "%s ends the stream with an error, and is charged in part",
    async (name) => {
      const response = await ann().chat({ model: `${platform}/${name}`, stream: true });
      const text = await response.text();
      expect(text).toContain("Hello");
      expect(text).toContain('"upstream_unavailable"');
      const record = await recordOf(response);
      expect(record.status).toBe("error");
      expect(record.charged_micro).toBeGreaterThan(0);
    },
  );

  it("a client that leaves stops the platform at once", async () => {
    const abort = new AbortController();
    const response = await ann().chat(
      { model: `${platform}/paced`, stream: true },
      { signal: abort.signal },
    );
    await response.body?.getReader().read();
    const before = upstream.aborted;
    abort.abort();
    await eventually(async () => {
      if (upstream.aborted === before) throw new Error("the upstream was not left");
    });
    expect(await recordOf(response)).toMatchObject({ status: "cancelled" });
    await expectBalanced(ann());
  });

  it("a limit cools the connection down for as long as the platform says, and tells no key", async () => {
    const response = await ann().chat({ model: `${platform}/429` });
    expect(response.status).toBe(503);
    const wait = Number(response.headers.get("retry-after"));
    expect(wait).toBe(platform === "gemini" ? 7 : 1);
    expect(await response.text()).not.toMatch(/ABSK|AKIA|AQ\./);
  });
});

it("with a key pair the secret never travels, with an API key nothing is signed", () => {
  const sent = upstream.requests.map(({ headers }) => headers.authorization ?? "");
  const signed = sent.filter((text) => text.startsWith("AWS4-HMAC-SHA256"));
  expect(signed.length).toBeGreaterThan(5);
  expect(sent.some((text) => text.startsWith("Bearer ABSK"))).toBe(true);
  expect(JSON.stringify(upstream.requests)).not.toContain(AWS_KEY.secretAccessKey);
});

it("the signature of Gemini's call came back, the real one", () => {
  const replayed = upstream.requests.filter(
    ({ path, body }) =>
      path.includes("gemini-3") && JSON.stringify(body).includes("functionResponse"),
  );
  expect(replayed).toHaveLength(2);
  for (const { body } of replayed) {
    expect(JSON.stringify(body)).toContain('"thoughtSignature":"c2lnbmVkIHRob3VnaHQ="');
  }
});
