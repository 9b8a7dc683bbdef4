/** What platforms of the OpenAI family do beside chat, as their declarations say it. */
import { fail, ok, type Result } from "../../../core/result.ts";
import type { UpstreamError } from "../../../core/run.ts";
import type { Account, Task, Tasks, UpstreamRequest, VideoMaking } from "../../connector.ts";
import { upstreamError } from "../http-errors.ts";
import { WholeReader } from "../whole.ts";
import { type EmbedHabits, embedCall, readEmbeddings } from "./embed.ts";
import type { ErrorCodes } from "./errors.ts";
import { type ImageHabits, ImageReader, imageCall } from "./image.ts";
import { type SpeechHabits, SpeechReader, speechCall } from "./speech.ts";
import type { TaskCall } from "./task-call.ts";
import { type TranscribeHabits, TranscriptReader, transcribeCall } from "./transcribe.ts";
import {
  jobPath,
  OPENAI_VIDEO,
  readJob,
  readVideoState,
  type VideoHabits,
  videoCall,
} from "./video.ts";

/** What is absent the platform does not do. */
export interface Capabilities {
  embed?: EmbedHabits;
  image?: ImageHabits;
  speech?: SpeechHabits;
  transcribe?: TranscribeHabits;
  video?: VideoHabits;
}

/** What OpenAI itself does, and what stands in for it. */
export const EVERYTHING: Capabilities = {
  embed: {},
  image: { edits: "form", choosesAnswer: true, streams: true },
  speech: { streams: true },
  transcribe: {
    formats: ["srt", "vtt", "verbose_json", "diarized_json"],
    translates: true,
    streams: true,
  },
  video: OPENAI_VIDEO,
};

/** What the declaration knows of every call. */
export interface Line<S, K> {
  codes: ErrorCodes;
  url(account: Account<S, K>, model: string, path: string): string;
  headers(account: Account<S, K>, accept: string): Record<string, string>;
}

export function tasksOf<S, K>(capabilities: Capabilities, line: Line<S, K>): Tasks<S, K> {
  const { embed, image, speech, transcribe, video } = capabilities;
  const task = <Input, Value>(
    call: (model: string, input: Input) => Result<TaskCall, UpstreamError>,
    reader: Task<S, K, Input, Value>["reader"],
  ): Task<S, K, Input, Value> => ({
    reader,
    prepare(account, target, input) {
      if (target.id === null) return fail(upstreamError("target_not_found", "no model is named"));
      const called = call(target.id, input);
      if (!called.ok) return called;
      const { warnings = [] } = called.value;
      return ok({ request: requestOf(line, account, target.id, called.value), warnings });
    },
  });
  return {
    ...(embed && {
      embed: task(
        (model, input) => ok(embedCall(model, input, embed)),
        (input) => new WholeReader((text) => readEmbeddings(text, input, line.codes)),
      ),
    }),
    ...(image && {
      image: task(
        (model, input) => imageCall(model, input, image),
        (input) => new ImageReader(input, line.codes),
      ),
    }),
    ...(speech && {
      speech: task(
        (model, input) => ok(speechCall(model, input, speech)),
        () => new SpeechReader(line.codes),
      ),
    }),
    ...(transcribe && {
      transcribe: task(
        (model, input) => transcribeCall(model, input, transcribe),
        () => new TranscriptReader(line.codes),
      ),
    }),
    ...(video && {
      video: {
        create: task(
          (model, input) => ok(videoCall(model, input, video)),
          () => new WholeReader((text) => readJob(text, video, line.codes)),
        ),
        ...lookingAt(line, video),
      },
    }),
  };
}

function lookingAt<S, K>(
  line: Line<S, K>,
  { look, file, ...habits }: VideoHabits,
): Omit<VideoMaking<S, K>, "create"> {
  const get = (account: Account<S, K>, path: string, accept: string) =>
    ({
      method: "GET",
      url: line.url(account, "", path),
      headers: line.headers(account, accept),
    }) as const;
  return {
    look: {
      prepare(account, job) {
        const { path, post } = look;
        const framing = "json";
        if (post === undefined) {
          return { ...get(account, jobPath(path, job), "application/json"), framing };
        }
        const content = { json: { [post]: job } };
        return requestOf(line, account, "", { path, content, framing });
      },
      read: (answer) => readVideoState(answer, { look, ...habits }, line.codes),
    },
    file(account, job, { url }) {
      if (file !== undefined) {
        return { ...get(account, jobPath(file, job), "*/*"), framing: "bytes" };
      }
      return url === null ? null : { method: "GET", url, headers: {}, framing: "bytes" };
    },
  };
}

function requestOf<S, K>(
  line: Line<S, K>,
  account: Account<S, K>,
  model: string,
  { path, content, framing }: TaskCall,
): UpstreamRequest {
  const accepts: Partial<Record<UpstreamRequest["framing"], string>> = {
    sse: "text/event-stream",
    json: "application/json",
  };
  const headers = line.headers(account, accepts[framing] ?? "*/*");
  const common = { method: "POST", url: line.url(account, model, path), framing } as const;
  if ("form" in content) return { ...common, headers, form: content.form };
  return {
    ...common,
    headers: { ...headers, "content-type": "application/json" },
    body: JSON.stringify(content.json),
  };
}
