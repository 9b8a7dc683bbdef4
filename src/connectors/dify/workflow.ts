/** Apps of Dify that are run by a form: workflows and text generation; and the forms of all apps. */
import type { InputField } from "../../contract/input-form.ts";
import { isFile } from "../../core/input-form.ts";
import { fail, ok, type Result } from "../../core/result.ts";
import type { ChatInput, UpstreamError } from "../../core/run.ts";
import { type DifyFile, filePartOf, newFilesAs } from "../kit/dify-files.ts";
import { upstreamError } from "../kit/http-errors.ts";
import { asArray, asCount, asObject, asText, entryOf, type Json } from "../kit/json.ts";

/** By what it is published under, which is the app's mode. */
export const RUN_PATHS: Readonly<Record<string, string>> = {
  workflow: "/workflows/run",
  completion: "/completion-messages",
};

export const runPathOf = (mode: string | null): string | null => entryOf(RUN_PATHS, mode);

/** `task`: what every frame of the answer calls it. */
export function stopPathOf(mode: string | null, task: string): string {
  const id = encodeURIComponent(task);
  if (mode === "workflow") return `/workflows/tasks/${id}/stop`;
  return `${runPathOf(mode) ?? "/chat-messages"}/${id}/stop`;
}

const TYPES: Readonly<Record<string, InputField["type"]>> = {
  "text-input": "text",
  paragraph: "paragraph",
  select: "select",
  number: "number",
  checkbox: "checkbox",
  file: "file",
  "file-list": "files",
};

/** `user_input_form` of `/parameters`: each entry is an object of one key, its kind. */
export function fieldsOf(parameters: Json): InputField[] {
  return asArray(parameters.user_input_form).flatMap((entry) => {
    const [kind, told] = Object.entries(asObject(entry) ?? {})[0] ?? [];
    const field = asObject(told);
    const name = asText(field?.variable);
    return field && name !== null ? [fieldOf(kind ?? "", name, field)] : [];
  });
}

/** What later versions bring is asked for as a text, so that a required value can be given at all. */
function fieldOf(kind: string, name: string, told: Json): InputField {
  const options = asArray(told.options).flatMap((option) => asText(option) ?? []);
  const known = entryOf(TYPES, kind) ?? "paragraph";
  const type = known === "select" && options.length === 0 ? "text" : known;
  const isText = type === "text" || type === "paragraph";
  const length = asCount(told.max_length);
  const help = asText(told.hint);
  const standard = defaultOf(type, told.default, options);
  return {
    name,
    type,
    label: (asText(told.label) ?? name).slice(0, 200),
    required: told.required === true,
    ...(help === null ? {} : { help: help.slice(0, 500) }),
    ...(standard === null ? {} : { default: standard }),
    ...(type === "select" ? { options } : {}),
    ...(isText && length > 0 ? { maxLength: length } : {}),
    ...(type === "files" && length > 0 ? { maxCount: Math.min(length, 50) } : {}),
  };
}

function defaultOf(
  type: InputField["type"],
  told: unknown,
  options: string[],
): InputField["default"] | null {
  if (type === "checkbox") return told === true || told === "true" ? true : null;
  if (type === "number") {
    const number = typeof told === "string" && told !== "" ? Number(told) : told;
    return typeof number === "number" && Number.isFinite(number) ? number : null;
  }
  if (type === "file" || type === "files") return null;
  const text = asText(told);
  return type === "select" && text !== null && !options.includes(text) ? null : text;
}

/** The form's values, and the files of the message that are in none of them. */
export function inputsOf(
  input: ChatInput,
): Result<{ inputs: Json; files: DifyFile[] }, UpstreamError> {
  const inputs: Json = {};
  const inForm = new Set<string>();
  for (const [name, value] of Object.entries(input.inputs ?? {})) {
    const list = Array.isArray(value) ? value : [value];
    if (!list.some(isFile)) {
      inputs[name] = value;
      continue;
    }
    const files: DifyFile[] = [];
    for (const part of list.filter(isFile)) {
      inForm.add(part.url);
      const file = filePartOf(part, input.uploads ?? {});
      if (!file) return fail(upstreamError("rejected", `The file of "${name}" has no address.`));
      files.push(file);
    }
    inputs[name] = Array.isArray(value) ? files : files[0];
  }
  const files = newFilesAs(input, (part) => part.type === "audio" || !inForm.has(part.url));
  return files.ok ? ok({ inputs, files: files.value }) : files;
}

/** A list of texts has no kind of its own at Dify: it takes them as lines. */
export function runBody(input: ChatInput): Result<Json, UpstreamError> {
  const read = inputsOf(input);
  if (!read.ok) return read;
  const { inputs, files } = read.value;
  return ok({
    inputs,
    user: input.endUser,
    response_mode: "streaming",
    ...(files.length === 0 ? {} : { files }),
  });
}

/** Outputs as the text of an answer: the only one as it is, several under their names. */
export function outputsInWords(outputs: Json): string {
  const told = Object.entries(outputs).filter(([, value]) => value !== null && value !== "");
  const [only] = told;
  if (told.length === 1 && only) return inWords(only[1]);
  return told.map(([name, value]) => `**${name}**\n\n${inWords(value)}`).join("\n\n");
}

function inWords(value: unknown): string {
  if (typeof value === "string") return value;
  if (typeof value !== "object") return String(value);
  return `\`\`\`json\n${JSON.stringify(value, null, 2)}\n\`\`\``;
}

/** Files among outputs, as addresses. */
export function outputFiles(outputs: Json): { url: string; mime: string; name: string }[] {
  return Object.values(outputs)
    .flatMap((value) => (Array.isArray(value) ? value : [value]))
    .flatMap((value) => {
      const file = asObject(value);
      const url = asText(file?.url) ?? asText(file?.remote_url);
      if (!file || url === null || file.dify_model_identity !== "__dify__file__") return [];
      const mime = asText(file.mime_type) ?? "application/octet-stream";
      return [{ url, mime, name: asText(file.filename) ?? "file" }];
    });
}
