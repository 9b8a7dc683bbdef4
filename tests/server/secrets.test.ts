import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { localRequest } from "../../scripts/local-request.ts";
import { deriveKeys } from "../../src/services/identity/secrets.ts";
import { startUpstream, type Upstream } from "../support/upstream.ts";
import { type Child, runCli, startChild, type Workplace, workplace } from "./child.ts";
import { siteConfig } from "./site.ts";
import { eventually, keyOf } from "./support.ts";
import { hostOf } from "./visitor.ts";

/** `sk-tell-key…`: the upstream says this key in its refusals. */
const TOLD_SECRET = "sk-tell-key-9f8e7d6c5b4a3f2e1d0c";
const TYPED_SECRET = "sk-tell-key-typed-into-the-form-1a2b3c";
const OPERATOR = { email: "root@portico.example", password: "password-of-the-root" };
const BOSS = { email: "boss@acme.example", password: "password-of-the-boss" };
const NEW_PASSWORD = "another-password-of-the-boss";
const REGISTERED = { email: "new@acme.example", password: "password-of-the-newcomer" };

let upstream: Upstream;
let child: Child;
let place: Workplace;
let state: string;

/** Everything that left the process over the network. */
const answers: { what: string; head: string; body: string }[] = [];
/** Secrets that the traffic made: the texts of keys, session tokens. */
const made: Record<string, string> = {};

beforeAll(async () => {
  upstream = await startUpstream();
  upstream.script("tell", { status: 401, tellsKey: true });
  place = workplace();
  state = join(place.folder, "state");
  const file = place.write("portico.json", JSON.stringify(config()));
  child = await startChild(state, {
    PORTICO_CONFIG: file,
    PORTICO_OWNER_EMAIL: OPERATOR.email,
    PORTICO_OWNER_PASSWORD: OPERATOR.password,
  });
  await child.ready();
  // The operator is made after the file was applied: the address is printed when all is done.
  await eventually(async () => expect(child.stdout).toContain("Portico is ready"), 30_000);
}, 90_000);
afterAll(async () => {
  child?.kill();
  await upstream?.close();
  place?.remove();
});

function config(boss = BOSS) {
  const { sites } = siteConfig(`${upstream.url}/v1`) as { sites: Record<string, object[]>[] };
  const [acme = {}, other = {}] = sites;
  const talkative = {
    id: "talkative",
    connector: "openai-compatible",
    settings: { baseUrl: `${upstream.url}/v1` },
    secrets: [{ apiKey: TOLD_SECRET }],
  };
  const told = { name: "up/told", routes: [{ connection: "talkative", model: "tell-key" }] };
  return {
    sites: [
      {
        ...acme,
        registration: true,
        connections: [...(acme.connections ?? []), talkative],
        models: [...(acme.models ?? []), told],
        users: [...(acme.users ?? []), { ...boss, role: "owner", credits: 100 }],
      },
      other,
    ],
  };
}

interface Ask {
  host?: string | null;
  headers?: Record<string, string>;
  body?: unknown;
  /** A secret that this very answer is meant to hand over. */
  hands?: (body: string, head: string) => Record<string, string>;
}

/** Asks, and keeps the answer, without what it was meant to hand over. */
async function ask(
  method: string,
  path: string,
  { host = "acme", headers = {}, body, hands }: Ask = {},
): Promise<string> {
  const name = hostOf(child, host);
  const answer = await localRequest({
    origin: child.origin,
    host: name,
    method,
    path,
    headers: { origin: `http://${name}`, ...headers },
    ...(body === undefined ? {} : { body }),
  });
  let head = JSON.stringify(answer.headers);
  let text = answer.text;
  for (const [what, secret] of Object.entries(hands?.(text, head) ?? {})) {
    made[what] = secret;
    head = head.replace(secret, "");
    text = text.replace(secret, "");
  }
  answers.push({ what: `${method} ${path} ${answer.status}`, head, body: text });
  return answer.text;
}

const sessionIn = (what: string) => (_: string, head: string) => ({
  [what]: /portico=([^;"]+)/.exec(head)?.[1] ?? "",
});
const cookieOf = (what: string) => ({ cookie: `portico=${made[what]}` });

async function people(): Promise<Record<string, string>> {
  await ask("POST", "/api/auth/login", { body: BOSS, hands: sessionIn("session of the boss") });
  await ask("POST", "/api/auth/login", { body: { ...BOSS, password: "a-wrong-password" } });
  await ask("POST", "/api/auth/register", {
    body: REGISTERED,
    hands: sessionIn("session of the newcomer"),
  });
  await ask("POST", "/api/auth/register", { body: REGISTERED });
  await ask("POST", "/api/auth/login", { body: { ...BOSS, password: [BOSS.password] } });
  const headers = cookieOf("session of the boss");
  await ask("POST", "/api/auth/password", {
    headers,
    body: { current: BOSS.password, next: NEW_PASSWORD },
    hands: sessionIn("second session of the boss"),
  });
  return cookieOf("second session of the boss");
}

async function consoleCalls(headers: Record<string, string>): Promise<void> {
  const keyText = (what: string) => (body: string) => ({
    [what]: (JSON.parse(body) as { text: string }).text,
  });
  const { data: users } = JSON.parse(await ask("GET", "/api/admin/users", { headers })) as {
    data: { id: string }[];
  };
  const user = users[0]?.id ?? "";
  await ask("POST", `/api/admin/users/${user}/keys`, {
    headers,
    body: { name: "given" },
    hands: keyText("key that was given"),
  });
  await ask("POST", "/api/portal/keys", {
    headers,
    body: { name: "own" },
    hands: keyText("own key"),
  });
  for (const list of [
    "site",
    "connectors",
    "connections",
    "models",
    "agents",
    "levels",
    "users",
    "keys",
    "requests",
    "overview",
    `users/${user}`,
    `users/${user}/entries`,
  ]) {
    await ask("GET", `/api/admin/${list}`, { headers });
  }
  for (const list of ["keys", "wallet", "wallet/entries", "agents", "conversations"]) {
    await ask("GET", `/api/portal/${list}`, { headers });
  }
}

/** Tests and changes of a connection whose upstream says the key it is asked with. */
async function connectionCalls(headers: Record<string, string>): Promise<void> {
  const form = {
    id: "talkative",
    name: "Talkative",
    connector: "openai-compatible",
    settings: { baseUrl: `${upstream.url}/v1` },
  };
  const stored = JSON.parse(await ask("GET", "/api/admin/connections", { headers })) as {
    data: { id: string; secrets: { id: string }[] }[];
  };
  const secretId = stored.data.find(({ id }) => id === "talkative")?.secrets[0]?.id ?? "";
  await ask("POST", "/api/admin/connections/talkative/test", { headers });
  await ask("GET", "/api/admin/connections/talkative/offers", { headers });
  await ask("POST", "/api/admin/connections/test", {
    headers,
    body: { ...form, secrets: [{ id: secretId }] },
  });
  await ask("POST", "/api/admin/connections/test", {
    headers,
    body: { ...form, secrets: [{ values: { apiKey: TYPED_SECRET } }] },
  });
  await ask("PUT", "/api/admin/connections/talkative", {
    headers,
    body: { ...form, secrets: [{ id: secretId }] },
  });
  // A secret in a place where none belongs is refused without being repeated.
  await ask("POST", "/api/admin/connections", {
    headers,
    body: {
      ...form,
      id: "wrong",
      settings: { baseUrl: 7 },
      secrets: [{ values: { apiKey: TYPED_SECRET } }],
    },
  });
  await ask("POST", "/api/admin/connections", {
    headers,
    body: { ...form, id: "wrong", secrets: [{ values: { apiKey: [TYPED_SECRET] } }] },
  });
}

async function gatewayCalls(): Promise<void> {
  const headers = { authorization: `Bearer ${keyOf("ann")}` };
  const messages = [{ role: "user", content: "hello" }];
  for (const model of [
    "up/told",
    "up/ok",
    "up/dead",
    "up/401",
    "up/400",
    "up/cut-mid",
    "up/garbage",
    "up/none",
  ]) {
    for (const stream of [false, true]) {
      await ask("POST", "/v1/chat/completions", { headers, body: { model, stream, messages } });
    }
  }
  const forged = `${made["own key"]?.slice(0, -1)}_`;
  await ask("POST", "/v1/chat/completions", {
    headers: { authorization: `Bearer ${forged}` },
    body: { model: "up/ok", messages },
  });
  await ask("GET", "/v1/models", { headers: { authorization: `Bearer ${made["own key"]}` } });
  for (const path of ["models", "wallet", "wallet/entries", "usage/req_none"])
    await ask("GET", `/v1/${path}`, { headers });
}

async function operatorCalls(): Promise<void> {
  const headers = { authorization: `Bearer ${secretsOfState().operatorToken}` };
  const host = null;
  await ask("GET", "/api/platform/sites", { host, headers });
  await ask("GET", "/api/platform/sites/acme/config", { host, headers });
  await ask("GET", "/metrics", { host, headers });
  const changed = structuredClone(config({ ...BOSS, password: NEW_PASSWORD })) as {
    sites: { connections: { secrets: { apiKey: string }[] }[]; users: Record<string, unknown>[] }[];
  };
  const connection = changed.sites[0]?.connections[0];
  if (connection) connection.secrets = [{ apiKey: "sk-changed-upstream-secret-777" }];
  changed.sites[0]?.users.push({
    email: "third@acme.example",
    password: "password-of-the-third",
    apiKeys: [{ name: "k", key: keyOf("third") }],
  });
  for (const dryRun of [true, false]) {
    await ask("POST", "/api/platform/config", { host, headers, body: { config: changed, dryRun } });
  }
  // Refused files: the path and the reason, not the value.
  const broken = structuredClone(changed);
  broken.sites[0]?.users.push({
    email: "fourth@acme.example",
    password: ["password-in-a-list"],
    apiKeys: [{ name: "k", key: "sk with spaces in its text 0" }],
  });
  await ask("POST", "/api/platform/config", { host, headers, body: { config: broken } });
  await ask("GET", "/api/platform/sites", {
    host,
    headers: { authorization: "Bearer pa-guessed-0123456789" },
  });
}

const secretsOfState = () =>
  JSON.parse(readFileSync(join(state, "secrets.json"), "utf8")) as Record<
    "masterKey" | "operatorToken" | "setupToken",
    string
  >;

/** Everything that nobody outside may ever read, by what it is. */
function secrets(): Record<string, string> {
  const { masterKey, operatorToken, setupToken } = secretsOfState();
  const derived = deriveKeys(new Uint8Array(Buffer.from(masterKey, "base64")));
  const users = ["ann", "ten", "poor", "rated", "gone", "eve"];
  return {
    "master key": masterKey,
    "operator token": operatorToken,
    "set-up token": setupToken,
    "session key": Buffer.from(derived.session).toString("base64"),
    "session key in hex": Buffer.from(derived.session).toString("hex"),
    "key of tags": Buffer.from(derived.keyTag).toString("base64"),
    "upstream secret": "sk-upstream-secret-0123456789",
    "dead upstream's secret": "sk-dead-secret-0123456789",
    "other tenant's upstream secret": "sk-other-secret-0123456789",
    "secret that the upstream tells": TOLD_SECRET,
    "secret typed into the form": TYPED_SECRET,
    "changed upstream secret": "sk-changed-upstream-secret-777",
    "operator's password": OPERATOR.password,
    "boss's password": BOSS.password,
    "boss's next password": NEW_PASSWORD,
    "newcomer's password": REGISTERED.password,
    "wrong password": "a-wrong-password",
    "third's password": "password-of-the-third",
    "password in a refused file": "password-in-a-list",
    "key in a refused file": "sk with spaces in its text",
    "key of the third": keyOf("third"),
    ...Object.fromEntries(users.map((name) => [`password of ${name}`, `password-of-${name}`])),
    ...Object.fromEntries(users.map((name) => [`key of ${name}`, keyOf(name)])),
    ...made,
  };
}

/** A text as it may stand in JSON, an address, or base64 at any of its three offsets. */
function formsOf(secret: string): string[] {
  const shifted = [0, 1, 2].map((offset) => {
    const coded = Buffer.from("x".repeat(offset) + secret)
      .toString("base64")
      .replace(/=+$/, "");
    return coded.slice(offset === 0 ? 0 : 4, -2);
  });
  return [secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret), ...shifted];
}

function findings(where: string, text: string): string[] {
  return Object.entries(secrets()).flatMap(([what, secret]) =>
    formsOf(secret).some((form) => text.includes(form)) ? [`${what} in ${where}`] : [],
  );
}

it("no secret leaves the process: not in an answer, a header, a log or an export", async () => {
  const boss = await people();
  await consoleCalls(boss);
  await connectionCalls(boss);
  await gatewayCalls();
  await operatorCalls();
  await eventually(async () => {
    const log = await ask("GET", "/api/admin/requests?limit=200", { headers: boss });
    expect(log).toContain("up/told");
  });
  await consoleCalls(boss);
  await connectionCalls(boss);
  const audit = await ask("GET", "/api/admin/audit?limit=200", { headers: boss });
  expect(audit).toContain("connections.change");
  await ask("GET", "/api/admin/audit.csv", { headers: boss });
  const exported = await runCli(["export", "acme"], {
    PORTICO_URL: child.origin,
    PORTICO_TOKEN: secretsOfState().operatorToken,
  });
  expect(exported.code, exported.stderr).toBe(0);

  // The traffic was what it is meant to be: secrets were used, and the upstream did tell one.
  expect(Object.values(made).every((secret) => secret.length > 20)).toBe(true);
  expect(Object.keys(made)).toHaveLength(5);
  const used = JSON.stringify(upstream.requests);
  for (const secret of [TOLD_SECRET, TYPED_SECRET, "sk-upstream-secret-0123456789"])
    expect(used).toContain(secret);
  expect(answers.filter(({ what }) => what.endsWith(" 200")).length).toBeGreaterThan(40);
  expect(child.stdout).toContain("Portico is ready");

  const left = answers.flatMap(({ what, head, body }) => [
    ...findings(`the headers of ${what}`, head),
    ...findings(`the answer of ${what}`, body),
  ]);
  expect(left).toEqual([]);
  expect([
    ...findings("stdout", child.stdout),
    ...findings("stderr", child.stderr),
    ...findings("the export", exported.stdout + exported.stderr),
  ]).toEqual([]);
}, 90_000);

it("no secret lies in the stored data in clear, and the state folder is closed to others", () => {
  const files = readdirSync(state, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  expect(files.length).toBeGreaterThan(3);
  const found = files
    .filter(({ name }) => name !== "secrets.json")
    .flatMap((entry) =>
      findings(entry.name, readFileSync(join(entry.parentPath, entry.name), "latin1")),
    );
  expect(found).toEqual([]);
  expect(statSync(state).mode & 0o777).toBe(0o700);
  expect(statSync(join(state, "secrets.json")).mode & 0o777).toBe(0o600);
});

it("the search would have found one: as it is, escaped, or in base64 at any offset", () => {
  const texts = [0, 1, 2, 3].map((offset) =>
    Buffer.from(`${"y".repeat(offset)}${TOLD_SECRET} and more`).toString("base64"),
  );
  for (const text of [`told: ${TOLD_SECRET}.`, ...texts]) {
    expect(findings("the text", text)).toEqual(["secret that the upstream tells in the text"]);
  }
});
