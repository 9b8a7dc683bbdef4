/** Conversations in few words, and what Bedrock is asked for them. */
import { connectorById, openAccount } from "../../../src/connectors/registry.ts";
import type { ChatInput, ChatMessage, ToolCall } from "../../../src/core/run.ts";

const bedrock = connectorById("bedrock");
if (!bedrock) throw new Error("no bedrock");
const opened = openAccount(bedrock, {}, { apiKey: "ABSKkey-0123456789" });
if (!opened.ok) throw new Error(opened.error.message);
const account = opened.value;

export const SONNET = "us.anthropic.claude-sonnet-4-5-20250929-v1:0";
export const user = (text: string): ChatMessage => ({
  role: "user",
  content: [{ type: "text", text }],
});
export const system = (text: string): ChatMessage => ({ ...user(text), role: "system" });
export const model = (text: string, ...toolCalls: ToolCall[]): ChatMessage => ({
  ...user(text),
  role: "assistant",
  ...(toolCalls.length > 0 ? { toolCalls } : {}),
});
export const result = (toolCallId: string, text: string): ChatMessage => ({
  ...user(text),
  role: "tool",
  toolCallId,
});
export const call = (id: string, argumentsText = '{"city":"Paris"}'): ToolCall => ({
  id,
  name: "get_weather",
  argumentsText,
});
export const tools = [{ name: "get_weather", parameters: { type: "object", properties: {} } }];

export function prepared(
  input: Partial<ChatInput>,
  id = SONNET,
  maxOutputTokens: number | null = null,
) {
  const full: ChatInput = { messages: [user("Hi")], stream: true, endUser: "u", ...input };
  return bedrock?.chat?.prepare(account, { id, maxOutputTokens }, full);
}
export function sent(...args: Parameters<typeof prepared>) {
  const request = prepared(...args);
  if (!request?.ok) throw new Error(request?.error.detail);
  const body = JSON.parse(String(request.value.request.body)) as Record<string, unknown>;
  return { ...request.value, body };
}
/** As an OpenAI client would have written these fields. */
export const raw = (body: Record<string, unknown>): Partial<ChatInput> => ({
  raw: { protocol: "openai-chat", body },
});
