/** What a scripted upstream does, read from a name. */

export interface Behaviour {
  /** Pieces of text in the answer; each is billed as one token. */
  chunks: number;
  /** Milliseconds before the head of the answer. */
  delayMs: number;
  /** Milliseconds between two chunks. */
  paceMs: number;
  /** Answers this status instead. */
  status: number;
  /** Breaks the connection after half of the chunks. */
  cut: boolean;
  /** Ends properly after half of the chunks, without saying so. */
  endEarly: boolean;
  /** Something that is no answer at all. */
  garbage: boolean;
  /** A web page. */
  page: boolean;
  /** Sends one chunk and then nothing. */
  stall: boolean;
  /** Accepts the request and never answers. */
  hang: boolean;
  usage: boolean;
  /** How many of the input tokens it says were cached. */
  cachedTokens: number;
  /** Calls the first tool of the request. */
  tools: boolean;
  /** An error in the middle of the stream. */
  errorMid: boolean;
  /** Answers more than the request's limit. */
  ignoresLimit: boolean;
  reasoning: boolean;
  /** Says the caller's key in its error. */
  tellsKey: boolean;
  /** Where it redirects: an origin, or "self" for a path of its own. */
  redirect: string | null;
  /** OpenAI's: says this, and nothing else. */
  says: string | null;
  /** Bytes that each chunk is filled up to. */
  chunkBytes: number;
  /** Dify: events without text in place of the answer. */
  silentChunks: boolean;
  /** Dify: the kind of the app. */
  mode: string;
  /** Dify: knows no conversation. */
  conversationGone: boolean;
  /** Embeddings are numbers, whatever is asked for. */
  floatsOnly: boolean;
  /** Images are addresses, whatever is asked for. */
  urlsOnly: boolean;
  /** A transcript is paid by tokens, not by seconds. */
  tokensHeard: boolean;
}

const PLAIN: Behaviour = {
  chunks: 8,
  delayMs: 0,
  paceMs: 0,
  status: 200,
  cut: false,
  endEarly: false,
  garbage: false,
  page: false,
  stall: false,
  hang: false,
  usage: true,
  cachedTokens: 0,
  tools: false,
  errorMid: false,
  ignoresLimit: false,
  reasoning: false,
  tellsKey: false,
  redirect: null,
  says: null,
  chunkBytes: 0,
  silentChunks: false,
  mode: "chat",
  conversationGone: false,
  floatsOnly: false,
  urlsOnly: false,
  tokensHeard: false,
};

const NAMED: Record<string, Partial<Behaviour>> = {
  paced: { chunks: 200, paceMs: 10 },
  "cut-mid": { cut: true },
  "end-mid": { endEarly: true },
  garbage: { garbage: true },
  page: { page: true },
  stall: { stall: true },
  hang: { hang: true },
  "no-usage": { usage: false },
  tools: { tools: true },
  "error-mid": { errorMid: true },
  "ignore-limit": { ignoresLimit: true },
  reasoning: { reasoning: true },
  "tell-key": { status: 401, tellsKey: true },
  "redirect-away": { redirect: "http://elsewhere.example" },
  "redirect-self": { redirect: "self" },
  "redirect-forever": { redirect: "forever" },
  workflow: { mode: "workflow" },
  chatflow: { mode: "advanced-chat" },
  agent: { mode: "agent-chat" },
  "new-agent": { mode: "agent" },
  gone: { conversationGone: true },
  floats: { floatsOnly: true },
  urls: { urlsOnly: true },
  tokens: { tokensHeard: true },
};

/** `chunks-200+pace-10ms+slow-60ms`, `cut-mid`, `429`; a part that is unknown means nothing. */
export function behaviourOf(name: string): Behaviour {
  const behaviour = { ...PLAIN };
  for (const part of name.split("+")) Object.assign(behaviour, NAMED[part] ?? measured(part));
  return behaviour;
}

function measured(part: string): Partial<Behaviour> {
  if (/^[345]\d\d$/.test(part)) return { status: Number(part) };
  const [, what, amount] = /^(chunks|slow|pace|bytes)-(\d+)(?:ms)?$/.exec(part) ?? [];
  const count = Number(amount);
  if (what === "chunks") return { chunks: count };
  if (what === "slow") return { delayMs: count };
  if (what === "pace") return { paceMs: count };
  if (what === "bytes") return { chunkBytes: count };
  return {};
}
