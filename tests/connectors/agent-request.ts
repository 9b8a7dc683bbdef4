/** What a test of an agent platform's requests needs: an account, an input, the request made of them. */
import type { UpstreamRequest } from "../../src/connectors/connector.ts";
import { connectorById, openAccount } from "../../src/connectors/registry.ts";
import type { Settings } from "../../src/contract/config.ts";
import type { Result } from "../../src/core/result.ts";
import type { ChatInput, ChatMessage, ContentPart, UpstreamError } from "../../src/core/run.ts";

export const says = (
  role: ChatMessage["role"],
  ...content: (string | ContentPart)[]
): ChatMessage => ({
  role,
  content: content.map((part) => (typeof part === "string" ? { type: "text", text: part } : part)),
});

/** A stateless client's third message. */
export const HISTORY = [
  says("system", "Be brief."),
  says("user", "one"),
  says("assistant", "1"),
  says("user", "two"),
];
export const FOLDED =
  "[Instructions]\nBe brief.\n\n[Conversation so far]\nUser: one\nAssistant: 1\n\n[New message]\ntwo";

export interface Order extends Partial<ChatInput> {
  target?: string | null;
}

export interface Desk {
  prepare(order?: Order): Result<{ request: UpstreamRequest; warnings: string[] }, UpstreamError>;
  /** Fails where the request is refused. */
  request(order?: Order): UpstreamRequest;
  body(order?: Order): Record<string, unknown>;
}

export function deskOf(id: string, settings: Settings, secret: Record<string, string>): Desk {
  const connector = connectorById(id);
  if (!connector?.chat) throw new Error(`no ${id}`);
  const account = openAccount(connector, settings, secret);
  if (!account.ok) throw new Error(account.error.message);
  const { chat } = connector;
  const prepare: Desk["prepare"] = ({ target = null, ...more } = {}) =>
    chat.prepare(
      account.value,
      { id: target, maxOutputTokens: null },
      { messages: [says("user", "Hello")], stream: true, endUser: "usr_0123456789", ...more },
    );
  const request: Desk["request"] = (order) => {
    const prepared = prepare(order);
    if (!prepared.ok) throw new Error(prepared.error.detail);
    return prepared.value.request;
  };
  return { prepare, request, body: (order) => JSON.parse(request(order).body ?? "") };
}
