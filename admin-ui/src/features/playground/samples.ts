/** The question in the words of a program: every front of the gateway, in three languages. */

import type { ChatBody } from "./request.ts";
import { type Bodies, bodiesOf } from "./sample-bodies.ts";

export const PROTOCOLS = ["chat", "responses", "messages", "completions"] as const;
export type Protocol = (typeof PROTOCOLS)[number];
export const LANGUAGES = ["curl", "python", "javascript"] as const;
export type Language = (typeof LANGUAGES)[number];

export const PROTOCOL_NAMES: Record<Protocol, string> = {
  chat: "OpenAI Chat Completions",
  responses: "OpenAI Responses",
  messages: "Anthropic Messages",
  completions: "OpenAI Completions",
};
export const LANGUAGE_NAMES: Record<Language, string> = {
  curl: "curl",
  python: "Python",
  javascript: "JavaScript",
};

export const KEY_PLACEHOLDER = "YOUR_API_KEY";

interface Spoken {
  path: string;
  /** The client's method. */
  method: string;
  /** Prints a whole answer. */
  whole: Record<"python" | "javascript", string>;
  /** Prints what an event of a stream brings. */
  event: Record<"python" | "javascript", string>;
}

const SPOKEN: Record<Protocol, Spoken> = {
  chat: {
    path: "/v1/chat/completions",
    method: "chat.completions.create",
    whole: {
      python: "print(answer.choices[0].message.content)",
      javascript: "console.log(answer.choices[0].message.content);",
    },
    event: {
      python:
        'if event.choices:\n        print(event.choices[0].delta.content or "", end="", flush=True)',
      javascript: 'process.stdout.write(event.choices[0]?.delta.content ?? "");',
    },
  },
  responses: {
    path: "/v1/responses",
    method: "responses.create",
    whole: {
      python: "print(answer.output_text)",
      javascript: "console.log(answer.output_text);",
    },
    event: {
      python:
        'if event.type == "response.output_text.delta":\n        print(event.delta, end="", flush=True)',
      javascript:
        'if (event.type === "response.output_text.delta") process.stdout.write(event.delta);',
    },
  },
  messages: {
    path: "/v1/messages",
    method: "messages.create",
    whole: {
      python: 'print("".join(part.text for part in answer.content if part.type == "text"))',
      javascript:
        'console.log(answer.content.map((part) => (part.type === "text" ? part.text : "")).join(""));',
    },
    event: {
      python:
        'if event.type == "content_block_delta" and event.delta.type == "text_delta":\n        print(event.delta.text, end="", flush=True)',
      javascript:
        'if (event.type === "content_block_delta" && event.delta.type === "text_delta") {\n    process.stdout.write(event.delta.text);\n  }',
    },
  },
  completions: {
    path: "/v1/completions",
    method: "completions.create",
    whole: {
      python: "print(answer.choices[0].text)",
      javascript: "console.log(answer.choices[0].text);",
    },
    event: {
      python: 'if event.choices:\n        print(event.choices[0].text, end="", flush=True)',
      javascript: 'process.stdout.write(event.choices[0]?.text ?? "");',
    },
  },
};

/** `origin` is the site's own. */
export function sampleOf(
  protocol: Protocol,
  language: Language,
  origin: string,
  asked: ChatBody,
): string {
  const body = bodiesOf(asked)[protocol];
  if (language === "curl") return curl(protocol, origin, body);
  return language === "python"
    ? python(protocol, origin, body)
    : javascript(protocol, origin, body);
}

type Body = Bodies[Protocol];

function curl(protocol: Protocol, origin: string, body: Body): string {
  const headers =
    protocol === "messages"
      ? [`x-api-key: ${KEY_PLACEHOLDER}`, "anthropic-version: 2023-06-01"]
      : [`Authorization: Bearer ${KEY_PLACEHOLDER}`];
  // In single quotes a shell takes everything as it is but the quote itself.
  const text = JSON.stringify(body, null, 2).replaceAll("'", "'\\''");
  return [
    `curl ${"stream" in body ? "-N " : ""}${origin}${SPOKEN[protocol].path} \\`,
    ...[...headers, "Content-Type: application/json"].map((header) => `  -H "${header}" \\`),
    `  -d '${text}'`,
  ].join("\n");
}

function python(protocol: Protocol, origin: string, body: Body): string {
  const { method, whole, event } = SPOKEN[protocol];
  const [library, name, base] =
    protocol === "messages"
      ? ["anthropic", "Anthropic", origin]
      : ["openai", "OpenAI", `${origin}/v1`];
  const fields = Object.entries(body).map(([key, value]) => `    ${key}=${pythonOf(value, 4)},`);
  const streams = "stream" in body;
  return [
    `from ${library} import ${name}`,
    "",
    `client = ${name}(base_url="${base}", api_key="${KEY_PLACEHOLDER}")`,
    `${streams ? "stream" : "answer"} = client.${method}(`,
    ...fields,
    ")",
    ...(streams ? ["for event in stream:", `    ${event.python}`] : [whole.python]),
  ].join("\n");
}

function javascript(protocol: Protocol, origin: string, body: Body): string {
  const { method, whole, event } = SPOKEN[protocol];
  const [library, name, base] =
    protocol === "messages"
      ? ["@anthropic-ai/sdk", "Anthropic", origin]
      : ["openai", "OpenAI", `${origin}/v1`];
  const streams = "stream" in body;
  return [
    `import ${name} from "${library}";`,
    "",
    `const client = new ${name}({ baseURL: "${base}", apiKey: "${KEY_PLACEHOLDER}" });`,
    `const ${streams ? "stream" : "answer"} = await client.${method}(${JSON.stringify(body, null, 2)});`,
    ...(streams
      ? ["for await (const event of stream) {", `  ${event.javascript}`, "}"]
      : [whole.javascript]),
  ].join("\n");
}

/** A JSON value as Python writes it; JSON's strings are Python's. */
export function pythonOf(value: unknown, indent: number): string {
  if (value === null || value === undefined) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  if (typeof value !== "object") return JSON.stringify(value);
  const inside = " ".repeat(indent + 4);
  const [open, close] = Array.isArray(value) ? ["[", "]"] : ["{", "}"];
  const items = Array.isArray(value)
    ? value.map((item) => pythonOf(item, indent + 4))
    : Object.entries(value).map(
        ([key, item]) => `${JSON.stringify(key)}: ${pythonOf(item, indent + 4)}`,
      );
  if (items.length === 0) return open + close;
  return `${open}\n${items.map((item) => `${inside}${item},\n`).join("")}${" ".repeat(indent)}${close}`;
}
