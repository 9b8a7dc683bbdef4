/** What a front encodes, and what it is made of. */
import type { Frame } from "../connectors/connector.ts";
import type { RunEvent, Usage } from "../core/run.ts";

/** A piece of a run. Structurally the `Step` of services/chat. */
export interface RunPiece {
  frames: readonly Frame[];
  events: readonly RunEvent[];
}

/** What a run came to, known with its last event. */
export interface Ending {
  usage: Usage;
  costMicro: number;
}

/** Writes the stream of one answer. */
export interface StreamWriter {
  /** For every upstream that does not speak the client's protocol itself: made from events. */
  encode(piece: RunPiece): string;
  /** Frames of one that does, as they are; their usage and end are held back. */
  pass(piece: RunPiece): string;
  /** What stands after the last content. */
  end(ending: Ending): string;
  /** Keeps proxies from closing a silent stream. */
  keepAlive(): string;
}

/** Gathers a whole answer, for clients that want no stream. */
export interface WholeWriter {
  /** `native`: the upstream speaks the client's protocol itself. */
  take(piece: RunPiece, native: boolean): void;
  /** The JSON text of the answer. */
  answer(ending: Ending): string;
}
