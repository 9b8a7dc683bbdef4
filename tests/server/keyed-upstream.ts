/** An upstream of OpenAI's kind where the key decides what happens, so that routes can be told apart. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface KeyedAnswer {
  status?: number;
  retryAfterSeconds?: number;
  delayMs?: number;
  /** Refuses only this model. */
  refusesModel?: string;
}

export interface KeyedUpstream {
  url: string;
  /** From now on the key is answered like this. */
  script(key: string, answer: KeyedAnswer): void;
  /** How often a key has asked for an answer; looks at the list of models are not counted. */
  asked(key: string): number;
  forget(): void;
  close(): Promise<void>;
}

const REFUSALS: Record<number, string> = {
  401: "Incorrect API key provided.",
  403: "This key may not do that.",
  429: "Rate limit reached.",
};

export async function startKeyedUpstream(): Promise<KeyedUpstream> {
  const scripts = new Map<string, KeyedAnswer>();
  const counts = new Map<string, number>();
  const server = createServer((request, response) => {
    const key = (request.headers.authorization ?? "").replace("Bearer ", "");
    if (request.method === "POST") counts.set(key, (counts.get(key) ?? 0) + 1);
    answer(request, response, scripts.get(key) ?? {}).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/v1`,
    script: (key, scripted) => void scripts.set(key, scripted),
    asked: (key) => counts.get(key) ?? 0,
    forget: () => counts.clear(),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  { status: scripted = 200, retryAfterSeconds, delayMs = 0, refusesModel }: KeyedAnswer,
): Promise<void> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece as Buffer);
  await new Promise((resolve) => setTimeout(resolve, delayMs));
  const asked = pieces.length > 0 ? JSON.parse(Buffer.concat(pieces).toString("utf8")) : {};
  const status = refusesModel !== undefined && asked.model === refusesModel ? 403 : scripted;
  const send = (body: unknown, headers: Record<string, string> = {}) => {
    response.writeHead(status, { "content-type": "application/json", ...headers });
    response.end(JSON.stringify(body));
  };
  if (status !== 200) {
    const wait = retryAfterSeconds === undefined ? {} : { "retry-after": `${retryAfterSeconds}` };
    return send({ error: { message: REFUSALS[status] ?? "It broke.", type: "error" } }, wait);
  }
  const usage = { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 };
  if (request.url?.endsWith("/models")) {
    return send({ object: "list", data: [{ id: "gpt", object: "model" }] });
  }
  if (request.url?.endsWith("/embeddings")) {
    const data = [{ object: "embedding", index: 0, embedding: [0.5, -0.5] }];
    return send({ object: "list", data, model: "gpt", usage });
  }
  const message = { role: "assistant", content: "Hello there" };
  const choices = [{ index: 0, message, finish_reason: "stop" }];
  send({ id: "chatcmpl-a", object: "chat.completion", model: "gpt", choices, usage });
}
