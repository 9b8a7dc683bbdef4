import { describe, expect, it } from "vitest";
import { patiently, patientPieces } from "../../src/http/patient-answer.ts";

const late = <Value>(ms: number, value: Value) =>
  new Promise<Value>((resolve) => setTimeout(() => resolve(value), ms));

describe("an answer that is waited for", () => {
  it("is itself where it comes in time, with its status and headers", async () => {
    const refusal = Response.json({ error: 1 }, { status: 402, headers: { "x-a": "b" } });
    const answer = await patiently(Promise.resolve(refusal), 1000);
    expect(answer).toBe(refusal);
  });

  it("that is late has its head before, and the same JSON after", async () => {
    const work = late(60, Response.json({ late: true }));
    const answer = await patiently(work, 20);
    expect(answer.status).toBe(200);
    expect(answer.headers.get("content-type")).toBe("application/json");
    expect(await answer.json()).toEqual({ late: true });
  });

  it("that fails late breaks off: half an answer must not be taken for a whole one", async () => {
    const work = late(60, Response.json({ error: "no" }, { status: 502 }));
    const answer = await patiently(work, 20);
    await expect(answer.text()).rejects.toThrow("502");
    const thrown = late(60, null).then(() => Promise.reject(new Error("a defect")));
    await expect((await patiently(thrown, 20)).text()).rejects.toThrow("a defect");
  });

  it("that fails in time fails as it does without patience", async () => {
    await expect(patiently(Promise.reject(new Error("refused")), 1000)).rejects.toThrow("refused");
  });
});

describe("an answer in pieces", () => {
  async function* pieces(...list: (string | Response)[]) {
    yield* list;
  }

  it("is put together", async () => {
    const answer = await patientPieces(pieces('{"a":', "", "1}"), {});
    expect(await answer.json()).toEqual({ a: 1 });
  });

  it("may turn out to be a refusal", async () => {
    const answer = await patientPieces(pieces(new Response("no", { status: 400 })), {});
    expect(answer.status).toBe(400);
  });

  it("says when its client has left", async () => {
    let left = 0;
    const answer = await patientPieces(pieces("a", "b", "c"), { left: () => left++ });
    const reader = answer.body?.getReader();
    await reader?.read();
    await reader?.cancel();
    expect(left).toBe(1);
  });
});
