import { describe, expect, it } from "vitest";
import { errorOf } from "./support.ts";
import { type WalletSite, walletSite } from "./wallet-site.ts";

const FILE = "/api/portal/wallet/statement.csv";

async function linesOf(site: WalletSite, query = "", headers = {}): Promise<string[]> {
  const response = await site.ann.fetch("GET", `${FILE}?${query}`, undefined, headers);
  expect(response.status).toBe(200);
  const bytes = new Uint8Array(await response.arrayBuffer());
  expect([...bytes.slice(0, 3)]).toEqual([0xef, 0xbb, 0xbf]);
  const text = new TextDecoder().decode(bytes);
  expect(text.endsWith("\r\n")).toBe(true);
  return text.slice(0, -2).split("\r\n");
}

const grant = (site: WalletSite, reason: string, at: number) =>
  site.owner.json("POST", `/api/admin/users/${site.userId}/grants`, {
    credits: 1,
    reason,
    operationId: `grant-number-${at}`,
  });

describe("the statement as a file", () => {
  it("is a download that nobody keeps, with a line for each entry", async () => {
    const site = await walletSite();
    const request = await site.spend();
    const response = await site.ann.fetch("GET", FILE);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      "content-type": "text/csv; charset=utf-8",
      "cache-control": "no-store",
      "x-content-type-options": "nosniff",
    });
    expect(response.headers.get("content-disposition")).toMatch(
      /^attachment; filename="statement-\d{4}-\d\d-\d\d\.csv"$/,
    );
    const [charge] = (await site.entries("type=charge")).data;
    const [, first] = (await response.text()).split("\r\n");
    const cells = first?.split(",") ?? [];
    expect([cells[0], cells[2]]).toEqual([charge?.at, "up/ok"]);
    expect(Number(cells[3])).toBe((charge?.amount_micro ?? 0) / 1e6);
    expect(Number(cells[4])).toBe((charge?.balance_micro ?? 0) / 1e6);
    expect(cells[9]).toBe(request);
  });

  it("has every entry once, over more pages than one", async () => {
    const site = await walletSite();
    for (let at = 0; at < 230; at++) await grant(site, `grant ${at}`, at);
    const [, ...lines] = await linesOf(site);
    expect(lines).toHaveLength(231);
    const reasons = lines.map((line) => line.split(",")[11]);
    expect(reasons.slice(0, 230)).toEqual(
      Array.from({ length: 230 }, (_, at) => `grant ${229 - at}`),
    );
  });

  it("has the lines that the filter lets through, and only the header when there are none", async () => {
    const site = await walletSite();
    await site.spend();
    expect(await linesOf(site, "type=charge")).toHaveLength(2);
    expect(await linesOf(site, "model=nothing")).toHaveLength(1);
  });

  it.each(["=HYPERLINK(1)", "+1", "-1", "@SUM(A1)"])(
    "keeps a reason that a spreadsheet would run as text: %s",
    async (reason) => {
      const site = await walletSite();
      await grant(site, reason, 1);
      const [, first] = await linesOf(site);
      expect(first).toContain(`,'${reason},`);
    },
  );

  it("speaks the language that was asked for, else the browser's, else the site's", async () => {
    const site = await walletSite({ locale: "en" });
    const first = async (query: string, headers?: HeadersInit) =>
      (await linesOf(site, query, headers))[0]?.split(",")[1];
    expect(await first("")).toBe("Type");
    expect(await first("", { "accept-language": "fr, zh-CN;q=0.9, en;q=0.8" })).toBe("类型");
    expect(await first("", { "accept-language": "zh;q=0, en" })).toBe("Type");
    expect(await first("", { "accept-language": "de" })).toBe("Type");
    expect(await first("locale=zh-CN", { "accept-language": "en" })).toBe("类型");
  });

  it("is the user's for the console too, and nobody's of another site", async () => {
    const site = await walletSite();
    const other = await walletSite();
    const path = `/api/admin/users/${site.userId}/statement.csv?locale=en`;
    const response = await site.owner.fetch("GET", path);
    expect((await response.text()).split("\r\n")).toEqual([
      ...(await linesOf(site, "locale=en")),
      "",
    ]);
    const stranger = await other.owner.fetch("GET", path);
    expect([stranger.status, (await errorOf(stranger)).code]).toEqual([404, "user_not_found"]);
    expect((await site.ann.fetch("GET", path)).status).toBe(403);
  });
});
