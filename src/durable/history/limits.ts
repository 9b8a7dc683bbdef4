/**
 * Everything a History holds is bounded. Characters are counted as JavaScript counts them; a
 * character takes at most three bytes in a row and two in a call between objects.
 */
export const LIMITS = {
  conversations: 10_000,
  messagesPerConversation: 2_048,
  /**
   * A whole conversation travels in one call (32 MiB at most): characters of texts twice,
   * characters of images once. One full request body (20 MB) fits into an empty one.
   */
  conversationSize: 24_000_000,
  userTextCharacters: 200_000,
  imagesPerMessage: 8,
  imageCharacters: 14_000_000,
  /** A part of an image in one row, which may hold 2 MB. */
  imagePartCharacters: 1_500_000,
  titleCharacters: 60,

  /** Together below one row: 3 × (250 000 + 150 000) + lists ≈ 1.6 MB. */
  answerCharacters: 250_000,
  reasoningCharacters: 150_000,
  citations: 64,
  citationCharacters: 1_000,
  suggestions: 8,
  suggestionCharacters: 300,

  promptMessages: 200,
  promptCharacters: 400_000,

  /** How many of the newest conversations a search reads the texts of; titles: of all. */
  searchedConversations: 2_000,
  liveRuns: 16,
  /** Ended runs whose events can still be read from the start. */
  endedRuns: 4,
  purgedPerAlarm: 20,
} as const;

/** A deleted conversation can be restored this long. */
export const RESTORABLE_MS = 24 * 60 * 60 * 1000;

/** Conversations that clients of the API name. */
export const THREADS = {
  /** Since the last answer. */
  keptMs: 30 * 24 * 60 * 60 * 1000,
  threads: 5_000,
  /** Of the platform's name of one. */
  characters: 2_000,
} as const;

/** Responses that clients of the API have kept. */
export const KEPT_RESPONSES = {
  keptMs: 30 * 24 * 60 * 60 * 1000,
  responses: 10_000,
  /** Of one document: what was asked and what was answered. */
  characters: 8_000_000,
  /** Three bytes a character at most, in a row that may hold 2 MB. */
  partCharacters: 600_000,
  /** One conversation, as it travels in one call. */
  chain: 1_000,
  chainCharacters: 10_000_000,
} as const;
