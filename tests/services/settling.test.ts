import { describe, expect, it } from "vitest";
import type {
  HoldSlip,
  SettleRequest,
  SettleResult,
  UsageDraft,
} from "../../src/durable/wallet/protocol.ts";
import { settlingWallet } from "../../src/services/chat/settling.ts";

const REQUEST = { requestId: "req_a", costMicro: 7 } as SettleRequest;
const SETTLED: SettleResult = {
  ok: true,
  chargedMicro: 7,
  uncollectedMicro: 0,
  availableMicro: 0,
  repeated: false,
};
const SLIP: HoldSlip = { heldMicro: 9, tokens: 3, admittedAt: 1 };
const lost = () => Object.assign(new Error("the object is being moved"), { retryable: true });

/** A wallet that fails as often as there are failures, and what was asked of it. */
function troubled(failures: Error[]) {
  const seen = {
    opened: 0,
    waits: [] as number[],
    calls: [] as string[],
    slips: [] as (HoldSlip | undefined)[],
  };
  const answer = async (what: string): Promise<SettleResult> => {
    seen.calls.push(what);
    const failure = failures.shift();
    if (failure) throw failure;
    return SETTLED;
  };
  const open = () => {
    seen.opened++;
    return {
      settle: ({ requestId, slip }: SettleRequest) => {
        seen.slips.push(slip);
        return answer(`settle ${requestId}`);
      },
      release: (requestId: string, _: UsageDraft, slip?: HoldSlip) => {
        seen.slips.push(slip);
        return answer(`release ${requestId}`);
      },
      progress: async (requestId: string) => void (await answer(`progress ${requestId}`)),
    };
  };
  const wait = async (ms: number) => void seen.waits.push(ms);
  const wallet = settlingWallet(open(), open, SLIP, wait);
  return { wallet, seen };
}

describe("a settlement", () => {
  it("is one call when all is well", async () => {
    const { wallet, seen } = troubled([]);
    expect(await wallet.settle(REQUEST)).toEqual(SETTLED);
    expect(seen).toEqual({ opened: 1, waits: [], calls: ["settle req_a"], slips: [SLIP] });
  });

  it("is repeated on an object opened anew while the wallet cannot be reached", async () => {
    const { wallet, seen } = troubled([lost(), lost(), lost()]);
    expect(await wallet.settle(REQUEST)).toEqual(SETTLED);
    expect(seen.opened).toBe(4);
    expect(seen.waits).toEqual([50, 250, 1_000]);
  });

  it("that never arrives fails for all to see, and is not asked for without end", async () => {
    const { wallet, seen } = troubled(Array.from({ length: 9 }, lost));
    await expect(wallet.settle(REQUEST)).rejects.toThrow("moved");
    expect(seen.opened).toBe(5);
  });

  it("that meets a mistake of ours is not repeated", async () => {
    const { wallet, seen } = troubled([new TypeError("x is not a function")]);
    await expect(wallet.settle(REQUEST)).rejects.toThrow("not a function");
    expect(seen.opened).toBe(1);
  });
});

it("a release is as patient as a settlement, a report of progress is not repeated", async () => {
  const { wallet, seen } = troubled([lost()]);
  expect(await wallet.release("req_a", {} as UsageDraft)).toEqual(SETTLED);
  expect(seen.calls).toEqual(["release req_a", "release req_a"]);
  // A hold that a crash took is made good from what admission answered.
  expect(seen.slips).toEqual([SLIP, SLIP]);
  const other = troubled([lost()]);
  await expect(other.wallet.progress("req_a", 1)).rejects.toThrow("moved");
  expect(other.seen.calls).toEqual(["progress req_a"]);
});
