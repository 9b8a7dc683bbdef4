import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parse, stringify } from "yaml";
import * as z from "zod";
import { localRequest } from "../../scripts/local-request.ts";
import { ROOT } from "../../scripts/paths.ts";
import { connectorById, openAccount } from "../../src/connectors/registry.ts";
import { CONNECTOR_IDS } from "../../src/contract/connectors.ts";
import type { GuideField } from "../../src/contract/guide.ts";
import { type Child, runCli, startChild, type Workplace, workplace } from "./child.ts";
import { clientOf } from "./support.ts";

const EXAMPLE = readFileSync(join(ROOT, "tests/config/example.yaml"), "utf8");
const KEY = "pk-brought-along-0123456789";
const OPENAI_API_KEY = "sk-from-the-environment-0123456789";

let place: Workplace;
let child: Child;
let state: string;
/** What /healthz said while the first start went on, without repetitions. */
const health: number[] = [];

async function watchHealth(): Promise<void> {
  while (health.at(-1) !== 200) {
    const answer = await fetch(`${child.origin}/healthz`).catch(() => null);
    if (answer && answer.status !== health.at(-1)) health.push(answer.status);
    await answer?.text();
    await new Promise((resolve) => setTimeout(resolve, 3));
  }
}

beforeAll(async () => {
  place = workplace();
  state = join(place.folder, "state");
  const file = place.write("portico.yaml", EXAMPLE);
  child = await startChild(state, { PORTICO_CONFIG: file, OPENAI_API_KEY });
  await watchHealth();
}, 90_000);
afterAll(() => {
  child?.kill();
  place?.remove();
});

const cli = (args: string[], env: Record<string, string> = { OPENAI_API_KEY }) =>
  runCli(args, {
    PORTICO_URL: child.origin,
    PORTICO_TOKEN: (
      JSON.parse(readFileSync(join(state, "secrets.json"), "utf8")) as { operatorToken: string }
    ).operatorToken,
    ...env,
  });
const exported = async () => (await cli(["export", "acme"])).stdout;

/** The example with a change, as a file. */
type Site = Record<string, unknown> & {
  users: Record<string, unknown>[];
  models: Record<string, unknown>[];
};
function changed(name: string, change: (site: Site) => void): string {
  const file = parse(EXAMPLE) as { sites: [Site] };
  change(file.sites[0]);
  return place.write(name, stringify(file));
}

describe("the file that npm start is given", () => {
  it("is applied before the deployment says it is healthy", async () => {
    expect(health).toEqual([503, 200]);
    const boot = await localRequest({
      origin: child.origin,
      host: "ai.acme.example",
      method: "GET",
      path: "/api/auth/boot",
    });
    expect(JSON.parse(boot.text)).toMatchObject({
      site: { slug: "acme", name: "Acme AI", kind: "both" },
    });
    const ann = clientOf({ gateway: `${child.origin}/v1` }, KEY);
    // 500 of the file, 5 000 of the month at her level.
    expect(await ann.wallet()).toMatchObject({ available: "5500" });
  });

  it("takes its variables from the environment, and their values are nowhere to be seen", async () => {
    const text = await exported();
    expect(text).toContain("slug: acme");
    expect(text + child.stdout + child.stderr).not.toContain(OPENAI_API_KEY);
    expect(text).not.toContain("OPENAI_API_KEY");
  });

  it("that names an unknown variable, or is wrong, stops the start with the path and the reason", async () => {
    const refusals: [(site: Site) => void, RegExp][] = [
      [
        // biome-ignore lint/suspicious/noTemplateCurlyInString: as a person writes it in the file
        (site) => Object.assign(site, { name: "${PORTICO_UNSET}" }),
        /sites\[0\]\.name: the variable PORTICO_UNSET is not set/,
      ],
      [(site) => Object.assign(site, { colour: "red" }), /sites\[acme\]\.colour/],
    ];
    for (const [change, said] of refusals) {
      const env = { PORTICO_CONFIG: changed("wrong.yaml", change), OPENAI_API_KEY };
      const started = await startChild(join(place.folder, "refused"), env);
      expect(await started.ended).toBe(1);
      expect(started.stderr).toMatch(said);
      expect(started.stderr).not.toContain(OPENAI_API_KEY);
    }
  }, 60_000);
});

describe("apply", () => {
  it("twice changes nothing", async () => {
    const file = place.write("again.yaml", EXAMPLE);
    for (let n = 0; n < 2; n++)
      expect((await cli(["apply", file])).stdout).toBe("Nothing to change.\n");
  });

  it("of what was exported changes nothing", async () => {
    const file = place.write("exported.yaml", await exported());
    expect(await cli(["apply", file])).toMatchObject({
      code: 0,
      stdout: "Nothing to change.\n",
      stderr: "",
    });
  });

  it("as a dry run prints the difference and changes nothing; without, it makes it", async () => {
    const file = changed("renamed.yaml", (site) => {
      site.name = "Acme & Sons";
      site.users.push({ email: "bob@acme.example", password: "bobs very own words", credits: 5 });
    });
    const before = await exported();
    const dry = await cli(["apply", file, "--dry-run"]);
    expect(dry.stdout).toContain('~ sites[acme]\n    name: "Acme AI" → "Acme & Sons"');
    expect(dry.stdout).toMatch(/^\+ sites\[acme\]\.users\[bob@acme\.example\]$/m);
    expect(dry.stdout).toMatch(/changes? would be made\.$/m);
    expect(dry.stdout).not.toContain("bobs very own words");
    expect(await exported()).toBe(before);
    const wet = await cli(["apply", file]);
    expect(wet.stdout).toBe(dry.stdout.replace("would be made", "made"));
    const after = await exported();
    expect(after).toContain("Acme & Sons");
    expect(after).toContain("bob@acme.example");
    expect((await cli(["apply", file])).stdout).toBe("Nothing to change.\n");
  }, 30_000);

  it("of a file that is wrong in one place names the place and the reason, and changes nothing", async () => {
    const before = await exported();
    const wrongs: [(site: Site) => void, RegExp][] = [
      [
        (site) =>
          Object.assign(site, { name: "Never", levels: [{ slug: "Big Level", name: "x" }] }),
        /levels\[[^\]]*\]\.slug: /,
      ],
      [
        (site) =>
          site.models.push({ name: "never", routes: [{ connection: "nowhere", model: "x" }] }),
        /models\[never\]\.routes\[0\]\.connection: .*nowhere/,
      ],
      [
        (site) => Object.assign(site.users[0] ?? {}, { level: "gold" }),
        /users\[ann@acme\.example\]\.level: .*gold/,
      ],
      [(site) => Object.assign(site, { hosts: ["https://ai.acme.example"] }), /hosts\[0\]: /],
      [
        (site) => Object.assign(site.models[0] ?? {}, { price: { inputPerMillion: -1 } }),
        /price\.inputPerMillion: /,
      ],
    ];
    for (const [change, said] of wrongs) {
      const refused = await cli(["apply", changed("wrong.yaml", change)]);
      expect(refused.code).toBe(1);
      expect(refused.stderr).toMatch(said);
      expect(refused.stdout).toBe("");
    }
    const without = await cli(["apply", place.write("variables.yaml", EXAMPLE)], {
      OPENAI_API_KEY: "",
    });
    expect(without.code).toBe(1);
    expect(await exported()).toBe(before);
  }, 60_000);

  it("with a token that is not the operator's is refused", async () => {
    const refused = await cli(["apply", place.write("again.yaml", EXAMPLE)], {
      OPENAI_API_KEY,
      PORTICO_TOKEN: "pa-somebody-else",
    });
    expect(refused).toMatchObject({ code: 1, stdout: "" });
    expect(refused.stderr).toContain("expired_session");
  });

  it("takes every connector that has a stable id, also those that come later", async () => {
    const connections = CONNECTOR_IDS.map((connector) => ({
      id: `c-${connector}`,
      connector,
      ...filledIn(connector),
    }));
    const file = place.write(
      "all.json",
      JSON.stringify({ sites: [{ slug: "every", name: "Every", connections }] }),
    );
    const applied = await cli(["apply", file]);
    expect(applied.stderr).toBe("");
    expect(applied.stdout).toContain("connections[c-coze]");
    expect((await cli(["apply", file])).stdout).toBe("Nothing to change.\n");
    const unknown = place.write(
      "unknown.json",
      JSON.stringify({
        sites: [{ slug: "every", name: "Every", connections: [{ id: "x", connector: "telex" }] }],
      }),
    );
    expect((await cli(["apply", unknown])).stderr).toMatch(/connections\[x\]\.connector: .*telex/);
  }, 30_000);
});

/** A connection as somebody fills in its form: where it must be, as the form's own examples show. */
function filledIn(connector: string): { settings: Filled; secrets: Filled[] } {
  const known = connectorById(connector);
  const fields = known?.guide.fields ?? [PLAIN_KEY];
  const examples = (place: GuideField["in"], isRequired: boolean): Filled[] =>
    fields
      .filter((field) => field.in === place && field.required === isRequired)
      .map((field) => ({ [field.name]: exampleOf(field) }));
  const settings: Filled = Object.assign({}, ...examples("settings", true));
  const required = examples("secret", true);
  if (required.length > 0) return { settings, secrets: [Object.assign({}, ...required)] };
  // One of several kinds of keys is enough.
  const enough = examples("secret", false).find(
    (secret) => known && openAccount(known, settings, secret).ok,
  );
  return { settings, secrets: enough ? [enough] : [] };
}
type Filled = Record<string, string>;

/** Of a platform that has no connector yet: it is taken as it is. */
const PLAIN_KEY = { name: "apiKey", in: "secret", required: true, placeholder: "sk-…" } as const;
const DIGITS = "0123456789abcdef01234567";

function exampleOf({ placeholder = "", pattern }: Pick<GuideField, "placeholder" | "pattern">) {
  const shape = new RegExp(pattern?.source ?? "");
  const examples = [placeholder.replaceAll(/…|<\w+>/g, DIGITS), DIGITS];
  return examples.find((text) => /^\S+$/.test(text) && shape.test(text)) ?? placeholder;
}

describe("the schema at /schemas/portico.json", () => {
  it("takes the example and what is exported, and nothing that has an unknown key or a wrong value", async () => {
    const answer = await fetch(`${child.origin}/schemas/portico.json`);
    const document = (await answer.json()) as Parameters<typeof z.fromJSONSchema>[0];
    const schema = z.fromJSONSchema(document);
    const example = parse(EXAMPLE) as { sites: [Site] };
    expect(schema.safeParse(example).error).toBeUndefined();
    expect(schema.safeParse(parse(await exported())).error).toBeUndefined();
    const wrongs: ((site: Site) => void)[] = [
      (site) => Object.assign(site, { colour: "red" }),
      (site) => Object.assign(site, { kind: "public" }),
      (site) => Object.assign(site, { slug: "Not A Slug" }),
      (site) => Object.assign(site.models[0] ?? {}, { routes: [] }),
      (site) => Object.assign(site.models[0] ?? {}, { price: { perMillion: 1 } }),
      (site) => Object.assign(site.users[0] ?? {}, { credits: -1 }),
      (site) => Object.assign(site.users[0] ?? {}, { role: "emperor" }),
    ];
    for (const wrong of wrongs) {
      const file = structuredClone(example);
      wrong(file.sites[0]);
      expect(schema.safeParse(file).success, wrong.toString()).toBe(false);
    }
  });
});

describe("export", () => {
  it("of what is no site says so", async () => {
    for (const slug of ["nowhere", "platform"]) {
      const refused = await cli(["export", slug]);
      expect(refused).toMatchObject({ code: 1, stdout: "" });
      expect(refused.stderr).toContain(`There is no site "${slug}"`);
    }
  });

  it("lists no more of a person than a file may say again", async () => {
    const { sites } = parse(await exported()) as { sites: [Site] };
    const ann = sites[0].users.find((user) => user.email === "ann@acme.example");
    expect(ann).toMatchObject({ level: "pro", role: "owner" });
    for (const part of ["password", "passwordHash", "credits", "apiKeys"])
      expect(ann).not.toHaveProperty(part);
  });
});
