/**
 * What a page has to show for the person in front of it. A token serves once: it goes with the
 * next request that signs somebody in or up, and whoever gave it is asked for another.
 */
export const HUMAN_HEADER = "x-portico-human";

interface Proof {
  token: string;
  used: () => void;
}

let proof: Proof | null = null;

/** Null: what there was has expired. */
export function holdProof(next: Proof | null): void {
  proof = next;
}

/** `fetch`, with the proof where there is one and it is asked for. */
export function fetchAsHuman(input: RequestInfo | URL, init?: RequestInit): Promise<Response> {
  const isAsked = init?.method === "POST" && String(input).startsWith("/api/auth/");
  if (!proof || !isAsked) return fetch(input, init);
  const { token, used } = proof;
  proof = null;
  const headers = new Headers(init.headers);
  headers.set(HUMAN_HEADER, token);
  return fetch(input, { ...init, headers }).finally(used);
}
