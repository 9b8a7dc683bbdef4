import { describe, expect, it } from "vitest";
import { isCount, limitFields, limitsOf } from "../../admin-ui/src/features/sites/limit-values.ts";
import { tellingEditionLimits } from "../../admin-ui/src/lib/edition-limit.ts";

describe("limits as fields", () => {
  it("are numbers, a word for no limit, and nothing where nothing is said", () => {
    const fields = limitFields({ agents: 5, externalUsers: null, payment: true });
    expect(fields).toMatchObject({
      agents: "5",
      externalUsers: "none",
      payment: "true",
      ownDomains: "",
      unbranded: "",
    });
    expect(limitsOf(fields)).toEqual({ agents: 5, externalUsers: null, payment: true });
  });

  it("come back as they went, also none and nought", () => {
    const limits = {
      callsPerMonth: 1_000,
      agents: 0,
      externalUsers: null,
      internalUsers: 0,
      ownDomains: null,
      payment: false,
      unbranded: true,
    };
    expect(limitsOf(limitFields(limits))).toEqual(limits);
    expect(limitsOf(limitFields({}))).toEqual({});
  });

  it("are refused where nobody could say what they mean", () => {
    for (const good of ["0", "12", "999999999", "none"]) expect(isCount(good)).toBe(true);
    for (const bad of ["-1", "1.5", "1e3", "many", "1000000000"]) expect(isCount(bad)).toBe(false);
  });
});

describe("a limit that is met", () => {
  const answer = (status: number, body: unknown) =>
    tellingEditionLimits(async () => new Response(JSON.stringify(body), { status }));
  const limit = { error: { type: "edition_limit", code: "agents", message: "5 agents" } };

  async function told(send: typeof fetch): Promise<unknown[]> {
    const events: unknown[] = [];
    const target = new EventTarget();
    target.addEventListener("portico:edition-limit", (event) =>
      events.push((event as CustomEvent).detail),
    );
    const before = globalThis.window;
    Object.assign(globalThis, { window: target });
    try {
      const response = await send("/api/admin/agents");
      // Whoever asked reads the answer as if nobody had looked at it.
      await response.text();
    } finally {
      Object.assign(globalThis, { window: before });
    }
    return events;
  }

  it("is told once, with the code and the server's sentence", async () => {
    expect(await told(answer(403, limit))).toEqual([{ code: "agents", message: "5 agents" }]);
  });

  it("is not taken for any other refusal, nor for an answer that is no JSON", async () => {
    expect(await told(answer(403, { error: { type: "permission_error" } }))).toEqual([]);
    expect(await told(answer(200, limit))).toEqual([]);
    const plain = tellingEditionLimits(async () => new Response("no", { status: 403 }));
    expect(await told(plain)).toEqual([]);
  });
});
