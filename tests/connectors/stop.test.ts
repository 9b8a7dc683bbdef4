/** What platforms are asked that are told to stop, and when they can be. */
import { describe, expect, it } from "vitest";
import { allConnectors, connectorById, openAccount } from "../../src/connectors/registry.ts";

const INPUT = { messages: [], stream: true, endUser: "usr_1" };

function stopOf(
  id: string,
  secret: Record<string, string>,
  target: string | null,
  frames: object[],
) {
  const connector = connectorById(id);
  const account = connector && openAccount(connector, {}, secret);
  if (!connector?.chat || !account?.ok) throw new Error(`no ${id}`);
  const decoder = connector.chat.decoder(INPUT);
  const before = decoder.work ?? null;
  for (const { event, ...data } of frames as { event?: string }[]) {
    const named = id === "coze" && event !== undefined ? { event } : {};
    decoder.push({ ...named, data: JSON.stringify(id === "coze" ? data : { event, ...data }) });
  }
  const aim = { id: target, maxOutputTokens: null };
  const about = { work: decoder.work ?? "", target: aim, input: INPUT };
  const request = decoder.work ? connector.chat.stop?.prepare(account.value, about) : null;
  return { before, request: request && { ...request, body: JSON.parse(request.body ?? "{}") } };
}

describe("Dify", () => {
  const first = { event: "message", task_id: "t/1", conversation_id: "c", answer: "a" };
  const stop = (mode: string | null) => stopOf("dify", { apiKey: "app-12345678" }, mode, [first]);

  it.each([
    [null, "/v1/chat-messages/t%2F1/stop"],
    ["app", "/v1/chat-messages/t%2F1/stop"],
    ["completion", "/v1/completion-messages/t%2F1/stop"],
    ["workflow", "/v1/workflows/tasks/t%2F1/stop"],
  ])("an app published as %s is stopped at %s, by the one who asked", (mode, path) => {
    expect(stop(mode)).toMatchObject({
      before: null,
      request: { method: "POST", url: `https://api.dify.ai${path}`, body: { user: "usr_1" } },
    });
  });
});

describe("Coze", () => {
  const secret = { accessToken: "pat_0123456789abcdef" };

  it("is told the chat and its conversation, whose ids stay texts", () => {
    const ids = { conversation_id: "7600000000000000009", id: "7600000000000000001" };
    const { before, request } = stopOf("coze", secret, "70", [
      { event: "conversation.chat.created", ...ids },
    ]);
    expect(before).toBeNull();
    expect(request).toMatchObject({
      url: "https://api.coze.cn/v3/chat/cancel",
      headers: { authorization: "Bearer pat_0123456789abcdef" },
      body: { conversation_id: ids.conversation_id, chat_id: ids.id },
    });
  });

  it("is told nothing of a run of a workflow, which no call stops", () => {
    const node = { event: "Message", content: "a", node_type: "Message" };
    expect(stopOf("coze", secret, "workflow:90", [node]).request).toBeNull();
  });
});

it("only platforms that have such a call are told", () => {
  const told = allConnectors()
    .filter(({ chat }) => chat?.stop)
    .map(({ id }) => id);
  expect(told).toEqual(["coze", "dify"]);
});
