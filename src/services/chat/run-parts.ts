/** What a run is made of and what it gives. */
import type {
  AnyConnector,
  Decoder,
  Frame,
  Streaming,
  UpstreamTarget,
} from "../../connectors/connector.ts";
import type { FrameReader } from "../../connectors/kit/body-reader.ts";
import type { Result } from "../../core/result.ts";
import type { ChatInput, RunEvent, UpstreamError } from "../../core/run.ts";
import type { CallParts } from "./call-parts.ts";
import type { Candidate } from "./health.ts";
import type { ChatTarget } from "./target.ts";

/** A piece of the run: its events, and the frames they came in where those may pass unchanged. */
export interface Step {
  frames: Frame[];
  events: RunEvent[];
}

export interface OpenedUpstream {
  connector: Pick<AnyConnector, "disconnect"> & {
    chat?: Pick<Streaming<unknown, unknown>, "wire">;
  };
  decoder: Decoder;
  frames: FrameReader;
  /** What of the request the platform will not do as asked. */
  warnings: readonly string[];
  /** Has the platform end its work, where it would go on behind a connection that is gone. */
  stop?(): Promise<void>;
}

export interface RunParts extends CallParts {
  target: ChatTarget;
  input: ChatInput;
  inputTokens: number;
  outputLimit: number | null;
  /** What the wallet can pay for this request: its hold, and what is available beside it. */
  spendableMicro: number;
  /** Told of the platform's conversation when an answer in it has ended well, before its end is told. */
  keepConversation?(upstreamConversation: string): Promise<void>;
  /** Calls one candidate. A failure is a value. */
  open(
    candidate: Candidate,
    target: UpstreamTarget,
    input: ChatInput,
    signal: AbortSignal,
  ): Promise<Result<OpenedUpstream, UpstreamError>>;
}
