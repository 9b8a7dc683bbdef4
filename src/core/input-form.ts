/** Values of a form: checked, and as a request says them. */
import { type InputField, type InputForm, inputFileSchema } from "../contract/input-form.ts";
import { fail, ok, type Result } from "./result.ts";
import type { ChatInput, ContentPart } from "./run.ts";

export type InputFile = Extract<ContentPart, { type: "image" | "file" }>;
export type InputValues = Record<string, unknown>;

export interface InputProblem {
  /** Name of the field. */
  name: string;
  message: string;
}

const FILES_MAX = 8;
/** Of a file as a data: address: 10 MB and what their writing adds. */
const FILE_LENGTH_MAX = 14_000_000;
const TEXT_LENGTH_MAX = 200_000;

type Read = Result<unknown, string>;

/** The values that a form takes, defaults filled in; files as the parts of a message. */
export function readInputs(form: InputForm, given: InputValues): Result<InputValues, InputProblem> {
  if (form.fields.length === 0) return ok(given);
  const stranger = Object.keys(given).find((name) => !form.fields.some((one) => one.name === name));
  if (stranger !== undefined) return problem(stranger, "there is no such field");
  const values: InputValues = {};
  for (const field of form.fields) {
    const value = given[field.name];
    const said = isEmpty(value) ? field.default : value;
    if (isEmpty(said)) {
      if (field.required) return problem(field.name, "is required");
      continue;
    }
    const read = READERS[field.type](said, field);
    if (!read.ok) return problem(field.name, read.error);
    values[field.name] = read.value;
  }
  if (filesIn(values).length > FILES_MAX) {
    const name = form.fields.find(({ type }) => type === "files" || type === "file")?.name ?? "";
    return problem(name, `at most ${FILES_MAX} files in one run`);
  }
  return ok(values);
}

const problem = (name: string, message: string) => fail({ name, message });

const isEmpty = (value: unknown): boolean =>
  value === undefined || value === null || value === "" || (Array.isArray(value) && !value.length);

const READERS: Record<InputField["type"], (value: unknown, field: InputField) => Read> = {
  text: readText,
  paragraph: readText,
  number: (value) => {
    const number = typeof value === "string" ? Number(value) : value;
    return typeof number === "number" && Number.isFinite(number) ? ok(number) : fail("a number");
  },
  select: (value, { options = [] }) =>
    options.includes(String(value)) ? ok(String(value)) : fail(`one of: ${options.join(", ")}`),
  checkbox: (value) => (typeof value === "boolean" ? ok(value) : fail("true or false")),
  date: (value) =>
    typeof value === "string" && isDate(value) ? ok(value) : fail("a date such as 2026-01-31"),
  list: (value, { maxCount = 50 }) => {
    if (!Array.isArray(value) || !value.every((one) => typeof one === "string")) {
      return fail("a list of texts");
    }
    return value.length > maxCount ? fail(`at most ${maxCount} entries`) : ok(value);
  },
  file: (value) => readFile(Array.isArray(value) && value.length === 1 ? value[0] : value),
  files: (value, { maxCount = FILES_MAX }) => {
    const files: InputFile[] = [];
    for (const one of Array.isArray(value) ? value : [value]) {
      const file = readFile(one);
      if (!file.ok) return file;
      files.push(file.value);
    }
    return files.length > maxCount ? fail(`at most ${maxCount} files`) : ok(files);
  },
};

function readText(value: unknown, { maxLength = TEXT_LENGTH_MAX }: InputField): Read {
  if (typeof value !== "string" && typeof value !== "number") return fail("a text");
  const text = String(value);
  return text.length > maxLength ? fail(`at most ${maxLength} characters`) : ok(text);
}

function isDate(text: string): boolean {
  const time = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
}

function readFile(value: unknown): Result<InputFile, string> {
  const given = inputFileSchema.safeParse(value);
  const { url, name } = given.success
    ? typeof given.data === "string"
      ? { url: given.data, name: undefined }
      : given.data
    : { url: "", name: undefined };
  if (!/^(https:\/\/|data:[^,]*;base64,)/.test(url)) {
    return fail("the https: or data: address of a file");
  }
  if (url.length > FILE_LENGTH_MAX) return fail("a file of at most 10 MB");
  return ok(fileAt(url, name));
}

/** A file by its address; its kind is told by a data: address, and else by its name. */
export function fileAt(url: string, name?: string): InputFile {
  const told = /^data:([^;,]*)/.exec(url)?.[1];
  const last = told === undefined ? URL.parse(url)?.pathname.split("/").at(-1) : undefined;
  const called = name || last || "file";
  const mime = told || MIMES[called.split(".").at(-1)?.toLowerCase() ?? ""] || OCTETS;
  return mime.startsWith("image/")
    ? { type: "image", url }
    : { type: "file", url, name: called, mime };
}

const OCTETS = "application/octet-stream";
const MIMES: Record<string, string> = {
  png: "image/png",
  jpg: "image/jpeg",
  jpeg: "image/jpeg",
  gif: "image/gif",
  webp: "image/webp",
  pdf: "application/pdf",
  txt: "text/plain",
  md: "text/markdown",
  csv: "text/csv",
  mp3: "audio/mpeg",
  wav: "audio/wav",
  mp4: "video/mp4",
};

export const isFile = (value: unknown): value is InputFile =>
  typeof value === "object" && value !== null && "url" in value && "type" in value;

export function filesIn(values: InputValues): InputFile[] {
  return Object.values(values)
    .flatMap((value) => (Array.isArray(value) ? value : [value]))
    .filter(isFile);
}

/** What was filled in, in words: the message that stands for it in a conversation. */
export function inputsInWords(form: InputForm, values: InputValues): string {
  const labels = new Map(form.fields.map(({ name, label }) => [name, label]));
  const lines = Object.entries(values).map(
    ([name, value]) => `${labels.get(name) ?? name}: ${inWords(value)}`,
  );
  return lines.join("\n") || "▶";
}

function inWords(value: unknown): string {
  if (Array.isArray(value)) return value.map(inWords).join(", ");
  if (isFile(value)) return value.type === "file" ? value.name : "🖼";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

/** A run by values that were read. */
export function runInput(
  form: InputForm,
  values: InputValues,
  more: Pick<ChatInput, "endUser" | "stream">,
): ChatInput {
  const text: ContentPart = { type: "text", text: inputsInWords(form, values) };
  return {
    messages: [{ role: "user", content: [text, ...filesIn(values)] }],
    inputs: values,
    ...more,
  };
}

/**
 * A chat with what asks for a form: where the caller gives no values the form's defaults stand, and
 * of a form that is all there is to ask by, the first text is the message.
 */
export function withForm(input: ChatInput, form: InputForm): ChatInput {
  if (input.inputs || form.fields.length === 0) return input;
  const inputs: InputValues = {};
  for (const field of form.fields) {
    if (field.default !== undefined) inputs[field.name] = field.default;
  }
  if (form.mode === "run") {
    const texts = form.fields.filter(({ type }) => type === "text" || type === "paragraph");
    const asked = texts.find(({ required }) => required) ?? texts[0];
    if (asked) inputs[asked.name] = lastText(input);
  }
  return { ...input, inputs };
}

function lastText({ messages }: ChatInput): string {
  const content = messages.findLast(({ role }) => role === "user")?.content ?? [];
  return content.flatMap((part) => (part.type === "text" ? [part.text] : [])).join("\n");
}
