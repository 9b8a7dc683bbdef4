/** Sites and people to try the repositories on. Every call makes fresh names: the database is shared. */
import { eq } from "drizzle-orm";
import type { AgentConfig, LevelConfig, ModelConfig } from "../../src/contract/config.ts";
import {
  agentConfigSchema,
  levelConfigSchema,
  modelConfigSchema,
} from "../../src/contract/config.ts";
import { ALL_ADDRESSES } from "../../src/contract/scopes.ts";
import { insertConnection, replaceSecrets } from "../../src/store/connections.ts";
import type { Database } from "../../src/store/database.ts";
import { newId } from "../../src/store/ids.ts";
import { createKey, type NewKey } from "../../src/store/keys.ts";
import { newVersions } from "../../src/store/prices.ts";
import {
  saveAgent,
  saveDepartment,
  saveGroup,
  saveLevel,
  saveModel,
} from "../../src/store/publishing.ts";
import * as schema from "../../src/store/schema.ts";
import { createSession } from "../../src/store/sessions.ts";
import { change, insertHost, insertSite } from "../../src/store/sites.ts";
import { createUser, type NewUser } from "../../src/store/users.ts";

/** A test: its title is what it claims. */
export type Claims = Record<string, (db: Database) => Promise<void>>;

let counter = 0;
const RUN = crypto.randomUUID().slice(0, 8);
/** `x-1f2e3d4c-7`: a slug nobody else uses. */
export const fresh = (stem: string): string => `${stem}-${RUN}-${++counter}`;

export async function makeSite(db: Database): Promise<{ siteId: string; slug: string }> {
  const siteId = newId("site");
  const slug = fresh("site");
  await change(db, siteId, [
    insertSite(db, {
      id: siteId,
      slug,
      name: "Acme",
      kind: "both",
      locale: "en",
      edition: "free",
      branding: { slogan: "", intro: "", logo: "", color: "#3451b2", footer: "" },
      createdAt: Date.now(),
    }),
  ]);
  return { siteId, slug };
}

export async function makeUser(
  db: Database,
  siteId: string,
  more: Partial<NewUser> = {},
  groupIds: string[] = [],
): Promise<string> {
  const id = newId("user");
  const email = `${fresh("user")}@acme.example`;
  const user = {
    id,
    email,
    name: "Ann",
    passwordHash: null,
    role: "member",
    levelId: null,
  } as const;
  await createUser(db, siteId, { ...user, ...more }, groupIds);
  return id;
}

export async function makeKey(
  db: Database,
  siteId: string,
  userId: string,
  more: Partial<NewKey> = {},
): Promise<{ id: string; hash: string }> {
  const key = {
    id: newId("key"),
    userId,
    name: "ci",
    hash: crypto.randomUUID().replaceAll("-", "").padEnd(64, "0"),
    prefix: "sk-abcde",
    scopes: ["gateway"],
    limits: {},
    models: [],
    addresses: ALL_ADDRESSES,
    expiresAt: null,
    ...more,
  };
  await createKey(db, siteId, key);
  return { id: key.id, hash: key.hash };
}

export const model = (name: string, more: object = {}): ModelConfig =>
  modelConfigSchema.parse({ name, routes: [{ connection: "openai", model: "gpt" }], ...more });
export const agent = (slug: string, more: object = {}): AgentConfig =>
  agentConfigSchema.parse({ slug, name: slug, target: { connection: "openai" }, ...more });
export const level = (slug: string, more: object = {}): LevelConfig =>
  levelConfigSchema.parse({ slug, name: slug, ...more });

/** A log-in of no special kind. */
export const SESSION = { method: "password", address: "", agent: "", impersonatedBy: null };

export interface FullSite {
  siteId: string;
  slug: string;
  host: string;
  userId: string;
  email: string;
  keyId: string;
  keyHash: string;
  sessionId: string;
  connectionId: string;
  secretId: string;
  modelId: string;
  agentId: string;
  levelId: string;
  groupId: string;
  departmentId: string;
}

/** A site with one of everything. */
export async function makeFullSite(db: Database): Promise<FullSite> {
  const { siteId, slug } = await makeSite(db);
  const ids = {
    connectionId: newId("connection"),
    secretId: newId("secret"),
    modelId: newId("model"),
    agentId: newId("agent"),
    levelId: newId("level"),
    groupId: newId("group"),
    departmentId: newId("department"),
    sessionId: newId("session"),
  };
  const host = `${fresh("own")}.example`;
  const references = { connections: new Map([["openai", ids.connectionId]]), models: new Map() };
  const access = { levels: ["free"], groups: ["staff"], departments: ["sales"], users: [] };
  const settings = { baseUrl: "https://api.example/v1" };
  const secret = { id: ids.secretId, name: "", weight: 1, sealed: "v1.a.b.c", hint: "…" };
  await change(db, siteId, [
    insertHost(db, siteId, host, 1, 1),
    ...saveLevel(
      db,
      siteId,
      ids.levelId,
      level("free", { default: true, limits: { rpm: 5 } }),
      false,
    ),
    ...saveGroup(db, siteId, { id: ids.groupId, slug: "staff", name: "Staff" }, false),
    ...saveDepartment(
      db,
      siteId,
      { id: ids.departmentId, slug: "sales", name: "Sales", parentId: null },
      false,
    ),
    insertConnection(db, siteId, ids.connectionId, {
      slug: "openai",
      name: "OpenAI",
      connector: "openai",
      enabled: true,
      settings,
    }),
    ...replaceSecrets(db, siteId, ids.connectionId, [secret]),
    ...saveModel(db, siteId, ids.modelId, model("gpt", { access }), false, references),
    ...saveAgent(db, siteId, ids.agentId, agent("helper", { access }), false, references),
    ...newVersions(db, siteId, "file"),
  ]);
  const email = `${fresh("ann")}@acme.example`;
  const person = { email, levelId: ids.levelId, departmentId: ids.departmentId };
  const userId = await makeUser(db, siteId, person, [ids.groupId]);
  const key = await makeKey(db, siteId, userId);
  const expiresAt = Date.now() + 60_000;
  await createSession(db, siteId, { ...SESSION, id: ids.sessionId, userId, expiresAt });
  return { siteId, slug, host, userId, email, keyId: key.id, keyHash: key.hash, ...ids };
}

const SITE_TABLES = [
  schema.hosts,
  schema.levels,
  schema.groups,
  schema.departments,
  schema.users,
  schema.userGroups,
  schema.sessions,
  schema.apiKeys,
  schema.connections,
  schema.connectionSecrets,
  schema.models,
  schema.modelRoutes,
  schema.agents,
  schema.prices,
];

/** Everything that is stored of a site, as text: two equal texts, nothing changed. */
export async function dumpSite(db: Database, siteId: string): Promise<string> {
  const rows: unknown[] = [await db.select().from(schema.sites).where(eq(schema.sites.id, siteId))];
  for (const table of SITE_TABLES) {
    rows.push(await db.select().from(table).where(eq(table.siteId, siteId)));
  }
  return JSON.stringify(rows);
}
