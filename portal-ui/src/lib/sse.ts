/** Server-sent events, decoded from the body of a `fetch` (EventSource cannot POST). */

export interface ServerSentEvent {
  id: string;
  data: string;
}

/** Splits pushed text into events; a cut may fall anywhere. Comments are dropped. */
export function createSseDecoder(): { push(text: string): ServerSentEvent[] } {
  let rest = "";
  let id = "";
  let data: string[] = [];
  return {
    push(text) {
      const events: ServerSentEvent[] = [];
      // A lone CR at the end may be the first half of CRLF: it waits for its other half.
      const lines = (rest + text).split(/\r\n|\n|\r(?!$)/);
      rest = lines.pop() ?? "";
      for (const line of lines) {
        if (line === "") {
          if (data.length > 0) events.push({ id, data: data.join("\n") });
          data = [];
          continue;
        }
        const colon = line.indexOf(":");
        const field = colon < 0 ? line : line.slice(0, colon);
        const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
        if (field === "data") data.push(value);
        else if (field === "id") id = value;
      }
      return events;
    },
  };
}

/** The events of a response, as they arrive; ends when the body ends, throws when it breaks. */
export async function* readEvents(
  body: ReadableStream<Uint8Array>,
): AsyncGenerator<ServerSentEvent, void> {
  const reader = body.getReader();
  const text = new TextDecoder();
  const decoder = createSseDecoder();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield* decoder.push(text.decode(value, { stream: true }));
    }
  } finally {
    // The reader left early, or the body broke: in the second case cancelling fails as well.
    await reader.cancel().catch(() => undefined);
  }
}
