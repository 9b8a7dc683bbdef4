/** Responses that clients of the API have kept. */
import { runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { describe, expect, it } from "vitest";
import { KEPT_RESPONSES } from "../../../src/durable/history/limits.ts";
import type { KeptResponse } from "../../../src/durable/history/protocol.ts";
import { newHistory, type Person } from "./support.ts";

const kept = (id: string, more: Partial<KeptResponse> = {}): KeptResponse => ({
  id,
  previousId: null,
  atMs: Date.now(),
  document: `{"of":"${id}"}`,
  ...more,
});

const rows = (person: Person) =>
  runInDurableObject(
    person.stub,
    (_, { storage }) =>
      storage.sql.exec<{ count: number }>("SELECT COUNT(*) AS count FROM response_parts").one()
        .count,
  );

describe("a kept response", () => {
  it("is given back as it came, to its owner alone", async () => {
    const [ann, eve] = [await newHistory(), await newHistory()];
    const one = kept("resp_1");
    expect(await ann.history.keepResponse(one)).toBe(true);
    expect(await ann.history.keptResponse("resp_1")).toEqual(one);
    expect(await ann.history.keptResponse("resp_2")).toBeNull();
    expect(await eve.history.keptResponse("resp_1")).toBeNull();
    expect(await eve.history.removeResponse("resp_1")).toBe(false);
  });

  it("may be larger than a row, in any script", async () => {
    const ann = await newHistory();
    const document = JSON.stringify("我们🙂".repeat(400_000));
    expect(await ann.history.keepResponse(kept("resp_1", { document }))).toBe(true);
    expect(await rows(ann)).toBe(3);
    expect((await ann.history.keptResponse("resp_1"))?.document === document).toBe(true);
  });

  it("that is too large is not kept, and says so", async () => {
    const ann = await newHistory();
    const document = "x".repeat(KEPT_RESPONSES.characters + 1);
    expect(await ann.history.keepResponse(kept("resp_1", { document }))).toBe(false);
    expect(await ann.history.keptResponse("resp_1")).toBeNull();
  });

  it("is gone with all of its parts when its owner removes it", async () => {
    const ann = await newHistory();
    await ann.history.keepResponse(kept("resp_1"));
    expect(await ann.history.removeResponse("resp_1")).toBe(true);
    expect(await ann.history.removeResponse("resp_1")).toBe(false);
    expect(await rows(ann)).toBe(0);
  });

  it("is invisible after thirty days, and taken away by the alarm that it has set itself", async () => {
    const ann = await newHistory();
    const old = Date.now() - KEPT_RESPONSES.keptMs;
    await ann.history.keepResponse(kept("resp_new"));
    expect(await ann.alarmAt()).toBeGreaterThan(Date.now() + KEPT_RESPONSES.keptMs - 60_000);
    await ann.history.keepResponse(kept("resp_old", { atMs: old }));
    expect(await ann.history.keptResponse("resp_old")).toBeNull();
    expect(await rows(ann)).toBe(2);
    await runDurableObjectAlarm(ann.stub);
    expect(await rows(ann)).toBe(1);
    expect(await ann.history.keptResponse("resp_new")).not.toBeNull();
  });

  it("makes room for newer ones when there are too many", async () => {
    const ann = await newHistory();
    await runInDurableObject(ann.stub, (_, { storage }) => {
      storage.sql.exec(
        `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)
         INSERT INTO responses (id, previous_id, created_at) SELECT 'resp_' || i, NULL, ? + i FROM n`,
        KEPT_RESPONSES.responses,
        Date.now() - 1_000_000,
      );
    });
    await ann.history.keepResponse(kept("resp_new"));
    expect(await ann.history.keptResponse("resp_1")).toBeNull();
    expect(await ann.history.keptResponse("resp_2")).not.toBeNull();
    expect(await ann.history.keptResponse("resp_new")).not.toBeNull();
  });
});

describe("a chain of responses", () => {
  it("comes from its first to the one that is asked for, branches apart", async () => {
    const ann = await newHistory();
    await ann.history.keepResponse(kept("resp_1"));
    await ann.history.keepResponse(kept("resp_2", { previousId: "resp_1" }));
    await ann.history.keepResponse(kept("resp_3", { previousId: "resp_2" }));
    await ann.history.keepResponse(kept("resp_4", { previousId: "resp_1" }));
    const ids = async (id: string) => (await ann.history.keptChain(id))?.map((one) => one.id);
    expect(await ids("resp_3")).toEqual(["resp_1", "resp_2", "resp_3"]);
    expect(await ids("resp_4")).toEqual(["resp_1", "resp_4"]);
    expect(await ids("resp_1")).toEqual(["resp_1"]);
  });

  it("is not given with a gap in it", async () => {
    const ann = await newHistory();
    await ann.history.keepResponse(kept("resp_1"));
    await ann.history.keepResponse(kept("resp_2", { previousId: "resp_1" }));
    await ann.history.keepResponse(kept("resp_3", { previousId: "resp_2" }));
    await ann.history.removeResponse("resp_2");
    expect(await ann.history.keptChain("resp_3")).toBeNull();
    expect(await ann.history.keptResponse("resp_3")).not.toBeNull();
  });

  it("is not given where it is more than one request can be, or goes in a circle", async () => {
    const ann = await newHistory();
    const document = "x".repeat(KEPT_RESPONSES.chainCharacters / 2);
    await ann.history.keepResponse(kept("resp_1", { document }));
    await ann.history.keepResponse(kept("resp_2", { document, previousId: "resp_1" }));
    expect(await ann.history.keptChain("resp_2")).toHaveLength(2);
    await ann.history.keepResponse(kept("resp_3", { previousId: "resp_2" }));
    expect(await ann.history.keptChain("resp_3")).toBeNull();
    await ann.history.keepResponse(kept("resp_o", { previousId: "resp_o" }));
    expect(await ann.history.keptChain("resp_o")).toBeNull();
  });
});
