/** What a call to the scripted upstream consists of, and what is written down of it. */
import type { ServerResponse } from "node:http";
import type { Behaviour } from "./upstream-behaviour.ts";

export interface SeenRequest {
  method: string;
  path: string;
  headers: Record<string, string>;
  /** Parsed JSON, or the text where it is none. */
  body: unknown;
  /** Milliseconds since 1970. */
  at: number;
  /** What it will be billed; null while, and where, nothing was answered that costs. */
  billed: Billed | null;
}

/** What the upstream would write on its bill for one chat. */
export interface Billed {
  target: string;
  input: number;
  output: number;
  /** Whether the answer was given to its end. */
  complete: boolean;
}

/** What one lane has seen. */
export interface LaneState {
  requests: SeenRequest[];
  /** Connections that the client closed before the answer was complete. */
  aborted: number;
  billed: Billed[];
}

/** What answering a call needs to know and to write down. */
export interface Call {
  body: Record<string, unknown>;
  /** The body as it was sent. */
  text: string;
  headers: Record<string, string>;
  /** Path and query as they were sent. */
  address: string;
  path: string;
  method: string;
  /** Came here by our own redirect. */
  followed: boolean;
  key: string;
  behaviour(target: string): Behaviour;
  bill(entry: Billed): Billed;
  response: ServerResponse;
}
