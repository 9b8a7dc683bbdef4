/** What an answer is based on, wherever a member of the OpenAI family tells it. */
import { asArray, asObject, asText, type Json } from "../json.ts";

export interface SourceSeen {
  title: string;
  url: string | null;
  snippet: string | null;
}

/**
 * Lists that may stand beside the choices of any chunk: references of Ark's bots, citations of
 * xAI (bare addresses), results of the searches of Qianfan and of Zhipu.
 */
const LISTS = ["references", "citations", "search_results", "web_search"];

export function sourcesBeside(payload: Json): SourceSeen[] {
  return LISTS.flatMap((name) => asArray(payload[name]).flatMap(sourceOf));
}

/** `annotations` of a message: OpenAI, OpenRouter. */
export function sourcesOfNotes(notes: unknown): SourceSeen[] {
  return asArray(notes).flatMap((note) => {
    const citation = asObject(asObject(note)?.url_citation);
    return citation && asText(citation.url) !== null ? sourceOf(citation) : [];
  });
}

function sourceOf(value: unknown): SourceSeen[] {
  const address = asText(value);
  if (address !== null) return [{ title: address, url: address, snippet: null }];
  const source = asObject(value);
  if (!source) return [];
  const url = asText(source.url) ?? asText(source.link);
  const title =
    first(source, ["title", "doc_title", "doc_name", "chunk_title", "site_name"]) ?? url;
  if (title === null) return [];
  return [{ title, url, snippet: first(source, ["summary", "content", "snippet"]) }];
}

function first(source: Json, names: readonly string[]): string | null {
  for (const name of names) {
    const text = asText(source[name]);
    if (text !== null) return text;
  }
  return null;
}
