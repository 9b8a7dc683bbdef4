/** The way of a new site to going live. */
import { beforeAll, describe, expect, it } from "vitest";
import { type Person, signIn } from "./person.ts";
import { call, configure, post } from "./support.ts";

const PASSWORD = "correct horse battery";
let owner: Person;

async function todo(): Promise<string[]> {
  const { checklist } = await owner.json<{ checklist: { id: string; done: boolean }[] }>(
    "GET",
    "/api/admin/overview",
  );
  return checklist.filter((item) => !item.done).map((item) => item.id);
}

beforeAll(async () => {
  await configure();
  const ann = { email: "ann@mail.example", password: PASSWORD, name: "Ann" };
  const origin = "http://localhost";
  await call(null, "/api/auth/register", post(ann, { origin }));
  const account = await signIn(null, ann.email, PASSWORD);
  const wish = { slug: "newborn", name: "Newborn", kind: "both", locale: "en" };
  await account.json("POST", "/api/platform/mine", wish);
  const { ticket } = await account.json<{ ticket: string }>(
    "POST",
    "/api/platform/mine/newborn/enter",
  );
  const own = "http://newborn.localhost";
  const entered = await call("newborn", "/api/auth/enter", post({ ticket }, { origin: own }));
  const cookie = entered.headers.get("set-cookie")?.split(";")[0] ?? "";
  const send = (method: string, path: string, body?: unknown) =>
    call("newborn", path, {
      ...(body === undefined
        ? { headers: { cookie, origin: own } }
        : post(body, { cookie, origin: own })),
      method,
    });
  owner = {
    cookie,
    fetch: send,
    json: async (method, path, body) => {
      const answer = await send(method, path, body);
      if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
      return await answer.json();
    },
  };
});

describe("the checklist of a site that was just made", () => {
  it("has a level already, and all else before it, in the order in which one needs it", async () => {
    expect(await todo()).toEqual([
      "connection",
      "model_or_agent",
      "first_request",
      "branding",
      "own_key",
      "people",
    ]);
  });

  it("is ticked off by what the site has, step by step", async () => {
    const connection = { name: "Guide", connector: "loopback", settings: {}, secrets: [] };
    await owner.json("POST", "/api/admin/connections", { id: "guide", ...connection });
    // The built-in model is no platform of one's own.
    expect(await todo()).toContain("connection");
    const price = { free: true };
    const agent = { slug: "guide", name: "Guide", target: { connection: "guide" }, price };
    await owner.json("POST", "/api/admin/agents", agent);
    expect(await todo()).not.toContain("model_or_agent");
    await owner.json("POST", "/api/portal/keys", { name: "mine" });
    expect(await todo()).not.toContain("own_key");
    await owner.json("PATCH", "/api/admin/site", {
      branding: { slogan: "New here", intro: "", logo: "", color: "#3451b2", footer: "" },
    });
    expect(await todo()).not.toContain("branding");
    await owner.json("POST", "/api/admin/users", { email: "bo@mail.example", password: PASSWORD });
    expect(await todo()).toEqual(["connection", "first_request"]);
  });
});
