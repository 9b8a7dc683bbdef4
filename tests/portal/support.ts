/** Messages and conversations as the server sends them, with everything a test does not name. */
import type { Conversation, Message, PortalAgent, PortalRunEvent } from "@contract/portal.ts";

export function message(part: Partial<Message> & Pick<Message, "id">): Message {
  return {
    parentId: null,
    role: "user",
    text: "",
    images: [],
    reasoning: "",
    citations: [],
    suggestions: [],
    status: "done",
    error: null,
    target: "agent/guide",
    createdAt: "2026-11-20T10:00:00.000Z",
    runId: null,
    requestId: null,
    credits: null,
    outputTokens: null,
    firstTokenMs: null,
    totalMs: null,
    feedback: null,
    ...part,
  };
}

export function conversation(part: Partial<Conversation> = {}): Conversation {
  return {
    id: "c1",
    title: "",
    target: "agent/guide",
    pinned: false,
    createdAt: "2026-11-20T10:00:00.000Z",
    updatedAt: "2026-11-20T10:00:00.000Z",
    runningRunId: null,
    ...part,
  };
}

export function agent(part: Partial<PortalAgent> = {}): PortalAgent {
  return {
    target: "agent/guide",
    kind: "agent",
    name: "Guide",
    group: "",
    description: "",
    icon: "",
    openingMessage: "",
    suggestedQuestions: [],
    vision: false,
    files: false,
    price: { kind: "free" },
    ...part,
  };
}

export const startEvent = (runId = "run1"): PortalRunEvent => ({
  type: "start",
  conversation: conversation({ runningRunId: runId }),
  user: message({ id: "m1", text: "hello" }),
  assistant: message({ id: "m2", parentId: "m1", role: "assistant", status: "running", runId }),
});

export const endEvent = (text: string): PortalRunEvent => ({
  type: "end",
  conversation: conversation(),
  message: message({ id: "m2", parentId: "m1", role: "assistant", text }),
});

/** An event as it stands on the wire. */
export const frame = (id: number, event: PortalRunEvent): string =>
  `id: ${id}\ndata: ${JSON.stringify(event)}\n\n`;
