/** What a front encodes: a piece of a run. Structurally the `Step` of services/chat. */
import type { Frame } from "../connectors/connector.ts";
import type { RunEvent } from "../core/run.ts";

export interface RunPiece {
  frames: readonly Frame[];
  events: readonly RunEvent[];
}
