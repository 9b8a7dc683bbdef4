import { describe, expect, it } from "vitest";
import { FailureError } from "../../src/core/failure.ts";
import type { MediaFile } from "../../src/core/media.ts";
import { readForm } from "../../src/http/multipart.ts";

const TYPE = "multipart/form-data; boundary=xyz";
const request = (body: BodyInit, type = TYPE) =>
  new Request("http://localhost/", { method: "POST", body, headers: { "content-type": type } });
const text = (...lines: string[]) => lines.join("\r\n");
const field = (name: string, value: string) =>
  text("--xyz", `Content-Disposition: form-data; name="${name}"`, "", value, "");

async function refusal(sent: Request): Promise<{ code: string; message: string }> {
  const error = await readForm(sent).catch((cause: unknown) => cause);
  if (!(error instanceof FailureError)) throw new Error("it was accepted");
  return error.failure;
}

describe("a form", () => {
  it("written by the platform itself is read back field by field, in order", async () => {
    const form = new FormData();
    form.append("model", "ok");
    form.append("prompt", "ünï\r\n--xyz");
    const bytes = Uint8Array.from({ length: 300 }, (_, at) => at % 256);
    form.append("file", new File([bytes], 'a "b".mp3', { type: "audio/mpeg; rate=1" }));
    form.append("empty", "");
    form.append("model", "again");
    const fields = await readForm(new Request("http://localhost/", { method: "POST", body: form }));
    expect(fields.map(({ name }) => name)).toEqual(["model", "prompt", "file", "empty", "model"]);
    expect(fields[1]?.value).toBe("ünï\r\n--xyz");
    expect(fields[3]?.value).toBe("");
    const file = fields[2]?.value as MediaFile;
    expect(file).toMatchObject({ name: 'a "b".mp3', mime: "audio/mpeg" });
    expect([...file.bytes]).toEqual([...bytes]);
  });

  it("may be preceded by anything, name its boundary in quotes and be followed by anything", async () => {
    const body = `preamble\r\n${field("a", "1")}--xyz--\r\nepilogue`;
    const fields = await readForm(
      request(body, 'Multipart/Form-Data; charset=utf-8; boundary="xyz"'),
    );
    expect(fields).toEqual([{ name: "a", value: "1" }]);
  });

  it("takes names without quotes, headers in any case, and files without a type", async () => {
    const head = "CONTENT-DISPOSITION: form-data; name=file; filename=a.bin";
    const fields = await readForm(request(text("--xyz", head, "", "abc", "--xyz--")));
    expect(fields[0]).toMatchObject({
      name: "file",
      value: { name: "a.bin", mime: "application/octet-stream" },
    });
  });

  it("a name is not mistaken for the name of a file", async () => {
    const head = 'content-disposition: form-data; filename="b"; name="a"';
    const fields = await readForm(request(text("--xyz", head, "", "abc", "--xyz--")));
    expect(fields[0]).toMatchObject({ name: "a", value: { name: "b" } });
  });

  it("sent without a length is read all the same", async () => {
    const body = new Blob([`${field("a", "1")}--xyz--`]).stream();
    expect(await readForm(request(body))).toEqual([{ name: "a", value: "1" }]);
  });

  it.each([
    ["no form at all", request("{}", "application/json")],
    ["no boundary", request("--xyz--", "multipart/form-data")],
    ["another boundary", request(`${field("a", "1")}--xyz--`, "multipart/form-data; boundary=abc")],
    ["no end", request(field("a", "1"))],
    ["no end of a head", request("--xyz\r\ncontent-disposition: form-data")],
    [
      "a field without a name",
      request(text("--xyz", "content-type: text/plain", "", "x", "--xyz--")),
    ],
    ["an empty body", request("")],
    ["201 fields", request(`${field("a", "1").repeat(201)}--xyz--`)],
    ["a text of more than 1 MB", request(`${field("a", "x".repeat(1024 * 1024 + 1))}--xyz--`)],
  ])("%s is refused as a bad value", async (_name, sent) => {
    expect(await refusal(sent)).toMatchObject({ code: "invalid_value" });
  });

  it("cut off at any byte is refused, never an exception", async () => {
    const body = `${field("a", "1")}${field("b", "2")}--xyz--`;
    for (let length = 0; length < body.length - 1; length++) {
      expect(await refusal(request(body.slice(0, length)))).toMatchObject({
        code: "invalid_value",
      });
    }
  });
});
