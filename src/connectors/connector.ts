/**
 * A connector is the code for one platform: pure in, pure out. It turns a `ChatInput` into an
 * `UpstreamRequest` value and the platform's frames into `RunEvent`s; `kit/invoke.ts` alone
 * touches the network.
 */
import type { z } from "zod";
import type { Settings } from "../contract/config.ts";
import type { Guide, Offer } from "../contract/guide.ts";
import type { LocalText } from "../contract/values.ts";
import type {
  Embedded,
  EmbedInput,
  FormField,
  ImageInput,
  MadeImages,
  MediaEvent,
  MediaFile,
  SpeechInput,
  TranscribeInput,
  Transcript,
  VideoInput,
  VideoState,
} from "../core/media.ts";
import type { Result } from "../core/result.ts";
import type { ChatInput, RunEvent, UpstreamError, WireProtocol } from "../core/run.ts";

/** A request as a value. Secrets stand in `headers` (or where the platform insists) and nowhere else. */
export interface UpstreamRequest {
  method: "GET" | "POST" | "PATCH" | "DELETE";
  url: string;
  headers: Record<string, string>;
  body?: string;
  /** In place of `body`: the fields of a form, files among them. */
  form?: readonly FormField[];
  /** How the answer's body is cut into frames; `lines` are of any text, each as it stands. */
  framing: "sse" | "json" | "ndjson" | "lines" | "eventstream" | "base64" | "bytes";
  /**
   * Headers that can only be made of the finished request right before it leaves: a signature
   * over its address, body and time. The kit adds them for each hop.
   */
  sign?(request: UpstreamRequest): Promise<Record<string, string>>;
}

/** A frame of an answer: one server-sent event, one line, one message, or the whole body. */
export interface Frame {
  /** Name of the event where the framing has names; see `kit/event-stream.ts` for its failures. */
  event?: string;
  data: string;
  /** Set where the answer is a file that is passed on as it comes; `data` is then empty. */
  bytes?: Uint8Array;
}

/** An answer that was read whole: of an exchange, or of a failed call. */
export interface UpstreamAnswer {
  status: number;
  headers: Record<string, string>;
  body: string;
}

/** A connection opened for use: settings checked by the connector's schema, one secret unsealed. */
export interface Account<S = Settings, K = Record<string, string>> {
  settings: S;
  secret: K;
}

/** A call that is not a stream: asks once, reads one answer. */
export interface Exchange<S, K, Input, Value> {
  prepare(account: Account<S, K>, input: Input): UpstreamRequest;
  /** Reads a 2xx answer. */
  read(answer: UpstreamAnswer): Result<Value, UpstreamError>;
  /** The value that a failure tells all the same; null where it is only a failure. */
  rescue?(error: UpstreamError): Value | null;
  /** A second call that completes the value; where it fails, the first value stands. */
  refine?: {
    prepare(account: Account<S, K>, value: Value): UpstreamRequest;
    read(answer: UpstreamAnswer, value: Value): Result<Value, UpstreamError>;
  };
  /** Where the value takes more calls than one: from the first answer on, in place of its reading. */
  walk?(account: Account<S, K>, answer: UpstreamAnswer): Walk<Value>;
  /** Where a list comes in pages: the request for the one after `answer`; null after the last. */
  pages?: {
    next(account: Account<S, K>, answer: UpstreamAnswer): UpstreamRequest | null;
    join(earlier: Value, later: Value): Value;
  };
}

/** Asks for requests, is given what became of each, and ends with a value. */
export type Walk<Value> = Generator<
  UpstreamRequest,
  Result<Value, UpstreamError>,
  Result<UpstreamAnswer, UpstreamError>
>;

/** Answers a request in place of the network: for what is built in. `signal` is the reader leaving. */
export type Transport = (request: UpstreamRequest, signal: AbortSignal) => Promise<Response>;

export interface Decoder {
  /** The platform's name of the work under way, once it has told one: see `Streaming.stop`. */
  readonly work?: string | null;
  push(frame: Frame): RunEvent[];
  /**
   * The upstream closed the connection. Answers the terminal event if none was given yet:
   * `run-end` where a close is the platform's own end, else `run-error` of reason `truncated`.
   */
  end(): RunEvent[];
}

/** What an agent or model is at the platform. */
export interface UpstreamTarget {
  /** Name of the model, or id of the agent; null where the key is the agent. */
  id: string | null;
  /** Lower than the model's own maximum when the balance pays for less. */
  maxOutputTokens: number | null;
}

export interface Upload {
  file: MediaFile;
  endUser: string;
  target: UpstreamTarget;
  /** Of the message: continued, or begun for it; null where neither has a name yet. */
  conversation: string | null;
}

export interface Streaming<S, K> {
  /** Set where the upstream speaks a protocol that clients speak too: frames may pass through. */
  wire?: WireProtocol;
  /** Whether a file of the web must be put into the request, as the platform does not fetch it. */
  needsInline?(url: string): boolean;
  /**
   * Where files that travel inside a message must be given to the platform before they are asked
   * about: the value is its id of the file; `prepare` finds it in `uploads`.
   */
  upload?: Exchange<S, K, Upload, string> & {
    /** Where some targets take no files: whether this one does. What is refused is not sent first. */
    taken?(target: UpstreamTarget): boolean;
  };
  /**
   * Where a conversation must be made before its first message: asked for its id when none is
   * continued; `prepare` finds it in `newConversation`.
   */
  begin?: Exchange<S, K, { target: UpstreamTarget; input: ChatInput }, string> & {
    /** Where some targets make it themselves: whether this one does not. */
    needed?(target: UpstreamTarget): boolean;
  };
  prepare(
    account: Account<S, K>,
    target: UpstreamTarget,
    input: ChatInput,
  ): Result<{ request: UpstreamRequest; warnings: string[] }, UpstreamError>;
  decoder(input: ChatInput): Decoder;
  /** Where the platform works on behind a connection that is gone: the call that ends an answer. */
  stop?: {
    /** Null where this kind of work has none. */
    prepare(
      account: Account<S, K>,
      about: { work: string; target: UpstreamTarget; input: ChatInput },
    ): UpstreamRequest | null;
  };
  /** Where the platform counts a request's tokens without answering it. */
  count?: {
    prepare(
      account: Account<S, K>,
      target: UpstreamTarget,
      input: ChatInput,
    ): Result<UpstreamRequest, UpstreamError>;
    read(answer: UpstreamAnswer): Result<number, UpstreamError>;
  };
}

/** A task beside chat: asked once, answered in one frame or in many. */
export interface Task<S, K, Input, Value> {
  prepare(
    account: Account<S, K>,
    target: UpstreamTarget,
    input: Input,
  ): Result<{ request: UpstreamRequest; warnings: string[] }, UpstreamError>;
  reader(input: Input): TaskReader<Value>;
}

export interface TaskReader<Value> {
  push(frame: Frame): MediaEvent<Value>[];
  /** The upstream closed the connection. Answers the terminal event if none was given yet. */
  end(): MediaEvent<Value>[];
}

/** What a connector can do beside chat; what is absent it cannot. */
export interface Tasks<S, K> {
  embed?: Task<S, K, EmbedInput, Embedded>;
  /** Makes images, and edits them where the platform does. */
  image?: Task<S, K, ImageInput, MadeImages>;
  speech?: Task<S, K, SpeechInput, null>;
  transcribe?: Task<S, K, TranscribeInput, Transcript>;
  video?: VideoMaking<S, K>;
}

export interface VideoMaking<S, K> {
  /** Begins a job; the value is the platform's name of it. */
  create: Task<S, K, VideoInput, string>;
  look: Exchange<S, K, string, VideoState>;
  /** The finished file; null where the platform has none. No credential goes to a foreign host. */
  file(account: Account<S, K>, job: string, state: VideoState): UpstreamRequest | null;
}

/** What an account's owner has granted an app, as the platform gives it. */
export interface Tokens {
  accessToken: string;
  /** Null: the one that was used serves again. */
  refreshToken: string | null;
  /** Of the access token. */
  expires: { atMs: number } | { inMs: number };
}

/** Where accounts are connected by their owner's consent at the platform (OAuth, code grant). */
export interface OAuth<S, K> {
  /** Whether a secret, as written, is an app's, which needs consent; its token joins it as `accessToken`. */
  applies(secret: K): boolean;
  /** The page that asks for consent and comes back to `redirectUri`. */
  authorizeUrl(account: Account<S, K>, ask: { state: string; redirectUri: string }): string;
  exchange: Exchange<S, K, { code: string; redirectUri: string }, Tokens>;
  /** Asked with the refresh token. `unauthorized`: it is dead, and the owner must consent again. */
  refresh: Exchange<S, K, string, Tokens>;
}

export interface Connector<S = Settings, K = Record<string, string>> extends Tasks<S, K> {
  id: string;
  label: LocalText;
  family: "agents" | "models" | "builtin";
  guide: Guide;
  settings: z.ZodType<S>;
  secret: z.ZodType<K>;
  /** Milliseconds and bytes; the kit enforces them. */
  limits: { timeoutMs: number; idleTimeoutMs: number; responseBytesMax: number };
  oauth?: OAuth<S, K>;
  /** Where the requests do not go to the network. */
  transport?: Transport;
  /** What to do upstream when the client leaves. */
  disconnect: "cancel" | "drain";
  /** The address that requests go to, for the test's first steps. */
  address(settings: S): string;
  /** "Test connection": cheap. The value is the account's or app's name, where the platform tells it. */
  probe?: Exchange<S, K, undefined, { account: string | null }>;
  /** What can be published from this connection. */
  offers?: Exchange<S, K, undefined, Offer[]>;
  /** The setting that, where it is filled in, makes the connection one agent. */
  agentSetting?: string;
  chat?: Streaming<S, K>;
  /** A small question for the test's last step, where asking costs next to nothing. */
  trial?: { target: UpstreamTarget; text: string };
  /** Reads a failed answer (any status that is not 2xx). */
  explain(answer: UpstreamAnswer): UpstreamError;
  /** Says a failure in words that an admin can act on. */
  advise?(error: UpstreamError): LocalText | null;
}

/** Any connector: what goes in has been checked by its own `settings` and `secret` schemas. */
export type AnyConnector = Connector<unknown, unknown>;
