/** What a key is for, and from where: asked by the wallet before it holds anything. */
import { evictDurableObject } from "cloudflare:test";
import { expect, it } from "vitest";
import type { ProfileKey } from "../../../src/core/site.ts";
import {
  admission,
  fundedWallet,
  funds,
  isolate,
  KEY,
  profileKey,
  reasonOf,
  SESSION,
  type TestWallet,
} from "./support.ts";

isolate();

async function walletWith(change: Partial<ProfileKey>): Promise<TestWallet> {
  const own = await fundedWallet(1_000);
  await setKey(own, change);
  return own;
}

let version = 1;
async function setKey(own: TestWallet, change: Partial<ProfileKey>): Promise<void> {
  await own.putProfile(own.profile({ keys: [profileKey(change)], version: ++version }));
}

let requests = 0;
async function admit(own: TestWallet, change: Parameters<typeof admission>[1]): Promise<string> {
  const answer = await own.admit(admission(`r_${++requests}`, { credential: KEY, ...change }));
  return reasonOf(answer);
}

const from = (address: string | null) => ({ credential: { ...KEY, address } });

it("a key is refused what is not on its list, and nothing is held for it", async () => {
  const own = await walletWith({ models: ["openai/*", "agent/support"] });
  expect(await admit(own, { model: "anthropic/claude" })).toBe("access_denied");
  expect(await admit(own, { model: "agent/other" })).toBe("access_denied");
  expect(await funds(own)).toMatchObject({ heldMicro: 0, availableMicro: 1_000 });
  expect(await admit(own, { model: "openai/gpt" })).toBe("admitted");
  expect(await admit(own, { model: "agent/support" })).toBe("admitted");
});

it("what the key may is not more than what its user may", async () => {
  const own = await walletWith({ models: ["*"] });
  const nobody = {
    everyone: false,
    guests: false,
    levels: [],
    groups: [],
    departments: [],
    users: [],
  };
  expect(await admit(own, { model: "openai/gpt", access: nobody })).toBe("access_denied");
});

it("the list of a key binds the key, and not the person", async () => {
  const own = await walletWith({
    models: ["openai/*"],
    addresses: { allow: ["10.0.0.0/8"], deny: [] },
  });
  expect(await admit(own, { model: "anthropic/claude", credential: SESSION })).toBe("admitted");
});

it.each([
  ["10.1.2.3", "admitted"],
  ["::ffff:10.1.2.3", "admitted"],
  ["2001:db8:7::1", "admitted"],
  ["10.9.0.1", "ip_not_allowed"],
  ["192.0.2.1", "ip_not_allowed"],
  ["2001:db9::1", "ip_not_allowed"],
  ["no address", "ip_not_allowed"],
  [null, "ip_not_allowed"],
])("a key with addresses, used from %s: %s", async (address, verdict) => {
  const addresses = { allow: ["10.0.0.0/8", "2001:db8::/32"], deny: ["10.9.0.0/16"] };
  const own = await walletWith({ addresses });
  expect(await admit(own, from(address))).toBe(verdict);
  const read = await own.authorise(from(address).credential, "gateway");
  expect(read.ok ? "admitted" : read.reason).toBe(verdict);
  expect((await funds(own)).heldMicro > 0).toBe(verdict === "admitted");
});

it("an address that is not known is refused where the key has a list, and only there", async () => {
  const own = await walletWith({});
  expect(await admit(own, {})).toBe("admitted");
  await setKey(own, { addresses: { allow: [], deny: ["192.0.2.1"] } });
  expect(await admit(own, {})).toBe("ip_not_allowed");
});

it("a void key is void from everywhere: where it might be used is told to nobody", async () => {
  const addresses = { allow: ["10.0.0.0/8"], deny: [] };
  const own = await walletWith({ addresses, revoked: true });
  expect(await admit(own, from("192.0.2.1"))).toBe("unknown_key");
  await setKey(own, { addresses });
  const wrong = { ...KEY, keyHash: "0".repeat(64), address: "192.0.2.1" };
  expect(await admit(own, { credential: wrong })).toBe("unknown_key");
});

it("a list that is narrowed holds from the next request on, also after an eviction", async () => {
  const own = await walletWith({});
  expect(await admit(own, { ...from("192.0.2.1"), model: "openai/gpt" })).toBe("admitted");
  await setKey(own, { models: ["agent/*"], addresses: { allow: [], deny: ["192.0.2.0/24"] } });
  for (const _ of [1, 2]) {
    expect(await admit(own, { ...from("192.0.2.1"), model: "agent/x" })).toBe("ip_not_allowed");
    expect(await admit(own, { ...from("198.51.100.1"), model: "openai/gpt" })).toBe(
      "access_denied",
    );
    expect(await admit(own, { ...from("198.51.100.1"), model: "agent/x" })).toBe("admitted");
    await evictDurableObject(own.stub);
  }
});
