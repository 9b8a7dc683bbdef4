import { describe, expect, it } from "vitest";
import { type InputField, inputFormSchema } from "../../src/contract/input-form.ts";
import {
  fileAt,
  inputsInWords,
  readInputs,
  runInput,
  withForm,
} from "../../src/core/input-form.ts";
import type { ChatInput } from "../../src/core/run.ts";

const formOf = (...fields: (Partial<InputField> & Pick<InputField, "type">)[]) =>
  inputFormSchema.parse({
    mode: "run",
    fields: fields.map((field, at) => ({ name: `f${at}`, label: `Field ${at}`, ...field })),
  });
const read = (field: Parameters<typeof formOf>[0], value: unknown) => {
  const result = readInputs(formOf(field), { f0: value });
  return result.ok ? result.value.f0 : result.error.message;
};
const PNG = "data:image/png;base64,eA==";

describe("a value", () => {
  it.each([
    [{ type: "text" }, "x", "x"],
    [{ type: "text" }, 7, "7"],
    [{ type: "text", maxLength: 2 }, "xyz", "at most 2 characters"],
    [{ type: "paragraph" }, { a: 1 }, "a text"],
    [{ type: "number" }, "7.5", 7.5],
    [{ type: "number" }, 0, 0],
    [{ type: "number" }, "seven", "a number"],
    [{ type: "number" }, Number.NaN, "a number"],
    [{ type: "select", options: ["a", "b"] }, "b", "b"],
    [{ type: "select", options: ["a", "b"] }, "c", "one of: a, b"],
    [{ type: "checkbox" }, false, false],
    [{ type: "checkbox" }, "yes", "true or false"],
    [{ type: "date" }, "2028-02-29", "2028-02-29"],
    [{ type: "date" }, "2027-02-29", "a date such as 2026-01-31"],
    [{ type: "date" }, "tomorrow", "a date such as 2026-01-31"],
    [{ type: "list" }, ["a", "b"], ["a", "b"]],
    [{ type: "list" }, "a", "a list of texts"],
    [{ type: "list", maxCount: 1 }, ["a", "b"], "at most 1 entries"],
    [
      { type: "file" },
      "https://x.example/a.png",
      { type: "image", url: "https://x.example/a.png" },
    ],
    [{ type: "file" }, [PNG], { type: "image", url: PNG }],
    [{ type: "file" }, "file:///etc/passwd", "the https: or data: address of a file"],
    [{ type: "file" }, "http://x.example/a", "the https: or data: address of a file"],
    [{ type: "files" }, { url: PNG, name: "p.png" }, [{ type: "image", url: PNG }]],
    [{ type: "files", maxCount: 1 }, [PNG, PNG], "at most 1 files"],
  ] as const)("for %j: %j is %j", (field, value, expected) => {
    expect(read(field as Parameters<typeof formOf>[0], value)).toEqual(expected);
  });

  it("that is missing is the default, or refused where it is required", () => {
    expect(read({ type: "text", default: "x", required: true }, undefined)).toBe("x");
    for (const nothing of [undefined, null, "", []]) {
      expect(read({ type: "text", required: true }, nothing)).toBe("is required");
      expect(read({ type: "text" }, nothing)).toBeUndefined();
    }
  });

  it("of a field that the form does not have is refused, by its name", () => {
    expect(readInputs(formOf({ type: "text" }), { other: 1 })).toEqual({
      ok: false,
      error: { name: "other", message: "there is no such field" },
    });
  });

  it("for a form without fields passes as it is", () => {
    expect(readInputs(formOf(), { any: [1] })).toEqual({ ok: true, value: { any: [1] } });
  });

  it("one form takes only so many files", () => {
    const result = readInputs(formOf({ type: "files" }, { type: "files" }), {
      f0: Array(5).fill(PNG),
      f1: Array(5).fill(PNG),
    });
    expect(result).toMatchObject({ ok: false, error: { message: expect.stringContaining("8") } });
  });
});

it("a form names each field once, and only a choice has options", () => {
  const field = { name: "a", label: "A", type: "text" };
  const valid = (fields: object[]) => inputFormSchema.safeParse({ mode: "run", fields }).success;
  expect(valid([field])).toBe(true);
  expect(valid([field, field])).toBe(false);
  expect(valid([{ ...field, options: ["x"] }])).toBe(false);
  expect(valid([{ ...field, type: "select" }])).toBe(false);
});

it.each([
  ["data:application/pdf;base64,eA==", "a.bin", "application/pdf"],
  ["https://x.example/d/a.MP3?x=1", undefined, "audio/mpeg"],
  ["https://x.example/", undefined, "application/octet-stream"],
])("%s is a file of the kind its address or name tells", (url, name, mime) => {
  expect(fileAt(url, name)).toMatchObject({ type: "file", mime });
});

it("a run says its values in words, and carries its files beside them", () => {
  const form = formOf({ type: "text", label: "Topic" }, { type: "files", label: "Papers" });
  const file = {
    type: "file",
    url: "data:text/plain;base64,eA==",
    name: "a.txt",
    mime: "text/plain",
  };
  const values = { f0: "Rain", f1: [file] };
  expect(inputsInWords(form, values)).toBe("Topic: Rain\nPapers: a.txt");
  expect(runInput(form, values, { endUser: "u", stream: false })).toEqual({
    messages: [
      { role: "user", content: [{ type: "text", text: "Topic: Rain\nPapers: a.txt" }, file] },
    ],
    inputs: values,
    endUser: "u",
    stream: false,
  });
});

describe("a chat with what asks for a form", () => {
  const chat: ChatInput = {
    messages: [{ role: "user", content: [{ type: "text", text: "Rain" }] }],
    stream: true,
    endUser: "u",
  };
  const form = formOf(
    { type: "text", default: "kind" },
    { type: "paragraph", required: true },
    { type: "number", default: 3 },
  );

  it("puts the message into the first text that is required, beside the defaults", () => {
    expect(withForm(chat, form).inputs).toEqual({ f0: "kind", f1: "Rain", f2: 3 });
  });

  it("leaves the message a message where the form only opens the conversation", () => {
    expect(withForm(chat, { ...form, mode: "chat" }).inputs).toEqual({ f0: "kind", f2: 3 });
  });

  it("changes nothing where values are given, or there are no fields", () => {
    const given = { ...chat, inputs: { a: 1 } };
    expect(withForm(given, form)).toBe(given);
    expect(withForm(chat, formOf())).toBe(chat);
  });
});
