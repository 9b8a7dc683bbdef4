import type { OwnHost } from "@contract";
import { HOST_PROBLEMS } from "@contract/hosts.ts";
import { describe, expect, it } from "vitest";
import { problemTexts } from "../../admin-ui/src/features/hosts/problem-texts.ts";
import { stepsDone } from "../../admin-ui/src/features/hosts/steps-done.ts";

type Code = NonNullable<OwnHost["problem"]>["code"];
const host = (status: OwnHost["status"], code: Code | null = null) => ({
  status,
  problem: code === null ? null : { code, detail: "" },
});

describe("the way of a domain to being live", () => {
  it.each([
    [host("pending"), 0],
    [host("pending", "proof_wrong"), 0],
    [host("failed", "claim_ended"), 0],
    [host("lost", "proof_gone"), 0],
    [host("proven", "address_missing"), 1],
    [host("proven", "provider_busy"), 1],
    [host("failed", "provider_quota"), 1],
    [host("proven", "certificate_pending"), 2],
    [host("failed", "certificate_failed"), 2],
    [host("live"), 4],
    [host("live", "proof_gone"), 4],
  ])("%j has %i steps behind it", (standing, done) => {
    expect(stepsDone(standing, 4)).toBe(done);
  });
});

it("every problem is explained, with what to do, in both languages", () => {
  for (const code of HOST_PROBLEMS) {
    const [zh, en] = [problemTexts["zh-CN"].problems[code], problemTexts.en.problems[code]];
    for (const text of [zh.what, zh.todo, en.what, en.todo]) expect(text, code).not.toBe("");
    expect(zh.what).toMatch(/[\u4e00-\u9fff]/);
    expect(en.what).not.toMatch(/[\u4e00-\u9fff]/);
  }
});
