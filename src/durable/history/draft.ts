/** The answer that a run writes, folded from run events. Pure: no clock, no storage. */
import type { Message, PortalRunEvent } from "../../contract/portal.ts";
import type { RunEvent } from "../../core/run.ts";
import { isContent } from "../../core/run.ts";
import { LIMITS } from "./limits.ts";

export interface Draft {
  text: string;
  reasoning: string;
  citations: Message["citations"];
  suggestions: string[];
  /** Pictures that came as data, not as an address. */
  images: string[];
  /** The platform's conversation that knows this answer. */
  upstreamConversation: string | null;
}

export const EMPTY_DRAFT: Draft = {
  text: "",
  reasoning: "",
  citations: [],
  suggestions: [],
  images: [],
  upstreamConversation: null,
};

export interface Folded {
  draft: Draft;
  /** What readers are told. */
  events: PortalRunEvent[];
  /** The answer would have become larger than is kept. */
  overflow: boolean;
}

/**
 * `sentUpstream` is the platform's conversation that the request continued: a platform that
 * answers in it without repeating its id knows this answer too.
 */
export function foldEvent(draft: Draft, event: RunEvent, sentUpstream: string | null): Folded {
  if (isContent(event) && draft.upstreamConversation === null && sentUpstream !== null) {
    return foldEvent({ ...draft, upstreamConversation: sentUpstream }, event, null);
  }
  switch (event.type) {
    case "text-delta":
      return withText(draft, event.text);
    case "text-replace":
      return replaced(draft, event.text);
    case "reasoning-delta":
      return withReasoning(draft, event.text);
    case "file":
      return withFile(draft, event);
    case "source-cite":
      return withCitation(draft, event);
    case "suggestion":
      return withSuggestion(draft, event.text);
    case "conversation":
      return kept({ ...draft, upstreamConversation: event.upstreamConversation });
    case "status": {
      const shown = event.state === "running";
      return kept(draft, shown ? [{ type: "status", label: event.label }] : []);
    }
    // Nothing of these is shown in the portal; the runner accounts for them.
    case "run-start":
    case "reasoning-seal":
    case "tool-call-delta":
    case "usage":
    case "outputs":
    case "run-end":
    case "run-error":
      return kept(draft);
  }
}

function kept(draft: Draft, events: PortalRunEvent[] = []): Folded {
  return { draft, events, overflow: false };
}

function withText(draft: Draft, text: string): Folded {
  if (text === "") return kept(draft);
  const room = LIMITS.answerCharacters - draft.text.length;
  const added = text.slice(0, room);
  return {
    draft: { ...draft, text: draft.text + added },
    events: added === "" ? [] : [{ type: "text", text: added }],
    overflow: text.length > room,
  };
}

function replaced(draft: Draft, whole: string): Folded {
  const text = whole.slice(0, LIMITS.answerCharacters);
  return {
    draft: { ...draft, text },
    events: [{ type: "replace", text }],
    overflow: whole.length > text.length,
  };
}

/** Reasoning is shown, not continued from: what exceeds its bound is left out. */
function withReasoning(draft: Draft, text: string): Folded {
  const added = text.slice(0, LIMITS.reasoningCharacters - draft.reasoning.length);
  if (added === "") return kept(draft);
  return kept({ ...draft, reasoning: draft.reasoning + added }, [
    { type: "reasoning", text: added },
  ]);
}

/** An address becomes a link in the text; a picture sent as data is kept beside the message. */
function withFile(draft: Draft, file: { url: string; mime: string; name: string }): Folded {
  const isImage = file.mime.startsWith("image/");
  if (file.url.startsWith("data:")) {
    const fits =
      isImage &&
      draft.images.length < LIMITS.imagesPerMessage &&
      file.url.length <= LIMITS.imageCharacters;
    if (!fits) return { draft, events: [], overflow: true };
    return kept({ ...draft, images: [...draft.images, file.url] });
  }
  const name = file.name.replace(/[[\]\\\n]/g, " ").trim() || "file";
  const url = file.url.replace(/[\s<>]/g, encodeURIComponent);
  const lead = draft.text === "" ? "" : "\n\n";
  return withText(draft, `${lead}${isImage ? "!" : ""}[${name}](<${url}>)\n\n`);
}

function withCitation(draft: Draft, event: Extract<RunEvent, { type: "source-cite" }>): Folded {
  const others = draft.citations.filter((known) => known.index !== event.index);
  if (others.length >= LIMITS.citations) return kept(draft);
  const short = (text: string) => text.slice(0, LIMITS.citationCharacters);
  const citation = {
    index: event.index,
    title: short(event.title),
    // An address that was cut leads nowhere.
    url: event.url === null || event.url.length > LIMITS.citationCharacters ? null : event.url,
    snippet: event.snippet === null ? null : short(event.snippet),
  };
  const citations = [...others, citation].sort((a, b) => a.index - b.index);
  return kept({ ...draft, citations }, [{ type: "citation", citation }]);
}

function withSuggestion(draft: Draft, text: string): Folded {
  const suggestion = text.slice(0, LIMITS.suggestionCharacters).trim();
  const known = draft.suggestions.includes(suggestion);
  if (suggestion === "" || known || draft.suggestions.length >= LIMITS.suggestions) {
    return kept(draft);
  }
  return kept({ ...draft, suggestions: [...draft.suggestions, suggestion] }, [
    { type: "suggestion", text: suggestion },
  ]);
}
