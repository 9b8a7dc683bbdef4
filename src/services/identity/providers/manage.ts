/** Other places to log in at, as the console sets them up. Secrets go in and never come out. */
import type { z } from "zod";
import type {
  Provider,
  ProviderCheck,
  ProviderKind,
  providerInputSchema,
} from "../../../contract/providers.ts";
import { refuse } from "../../../core/failure.ts";
import { fail, ok, type Result } from "../../../core/result.ts";
import type { SiteSnapshot } from "../../../core/site.ts";
import { newId } from "../../../store/ids.ts";
import * as store from "../../../store/providers.ts";
import { hintOf } from "../../../store/seal.ts";
import type { Services } from "../../services.ts";
import { say } from "./ask.ts";
import type { CheckStep, IdentityKind } from "./kind.ts";
import { identityKind } from "./registry.ts";
import { askFor, joinSettings, openSecret, sealSecret, splitSettings } from "./stored.ts";

type Input = z.output<typeof providerInputSchema>;
type Values = Record<string, string>;

export async function listOwnProviders(
  services: Services,
  site: SiteSnapshot,
): Promise<Provider[]> {
  const [rows, people] = await Promise.all([
    store.listProviders(services.db, site.id),
    store.countLinked(services.db, site.id),
  ]);
  return rows.map((row) => shown(row, site, people.get(row.id) ?? 0));
}

function shown(row: store.ProviderRow, site: SiteSnapshot, people: number): Provider {
  const { id, slug, name, enabled, registers, hint } = row;
  return {
    id,
    slug,
    name,
    enabled,
    registers,
    people,
    kind: row.kind as ProviderKind,
    level: (row.levelId && site.levels.get(row.levelId)?.slug) ?? null,
    secretHint: hint,
    ...splitSettings(row.settings),
  };
}

/** What is filled in, by the guide's fields; the first that is missing or wrong refuses all. */
export function checkFields(
  { guide }: IdentityKind,
  given: { settings: Values; secret: Values },
): Result<{ settings: Values; secret: Values }, { param: string; message: string }> {
  const kept: { settings: Values; secret: Values } = { settings: {}, secret: {} };
  for (const {
    name,
    in: part,
    required,
    pattern,
    options,
    label,
    default: usual,
  } of guide.fields) {
    const value = given[part][name]?.trim() ?? "";
    const wrong = (message: string) => fail({ param: `${part}.${name}`, message });
    if (value === "") {
      if (required && usual === undefined) return wrong(`"${label.en}" is missing`);
      continue;
    }
    if (pattern && !new RegExp(pattern.source).test(value)) return wrong(pattern.message.en);
    if (options && !options.some((option) => option.value === value)) {
      return wrong(`"${label.en}" is none of the choices`);
    }
    kept[part][name] = value;
  }
  return ok(kept);
}

interface Ready {
  kind: IdentityKind;
  settings: Values;
  secret: Values;
}

/** Fields of the secret that were left empty are those that are kept. */
async function complete(
  services: Services,
  siteId: string,
  input: Input,
  kept: store.ProviderRow | null,
): Promise<Result<Ready, { param: string; message: string }>> {
  const kind = identityKind(input.kind);
  if (!kind) return fail({ param: "kind", message: "there is no such kind" });
  if (kept && kept.kind !== input.kind) {
    return fail({ param: "kind", message: "the kind stays: add another provider" });
  }
  const written = Object.entries(input.secret ?? {}).filter(([, value]) => value.trim() !== "");
  const before = kept ? await openSecret(services, siteId, kept) : {};
  const secret = { ...before, ...Object.fromEntries(written) };
  const checked = checkFields(kind, { settings: input.settings, secret });
  return checked.ok ? ok({ kind, ...checked.value }) : checked;
}

async function keptRow(services: Services, siteId: string, id: string) {
  const rows = await store.listProviders(services.db, siteId);
  return rows.find((row) => row.id === id) ?? refuse("not_found", "There is no such provider.");
}

export async function saveProvider(
  services: Services,
  site: SiteSnapshot,
  input: Input,
  id: string | null,
): Promise<Provider> {
  const { db } = services;
  const kept = id === null ? null : await keptRow(services, site.id, id);
  const same = await store.findProvider(db, site.id, input.slug);
  if (same && same.id !== id) {
    refuse("conflict", `There is a provider "${input.slug}" already.`, { param: "slug" });
  }
  const ready = await complete(services, site.id, input, kept);
  if (!ready.ok) {
    return refuse("invalid_value", ready.error.message, { param: ready.error.param });
  }
  const level = [...site.levels.values()].find((one) => one.slug === input.level);
  if (input.level !== null && !level) {
    refuse("invalid_value", `There is no level "${input.level}".`, { param: "level" });
  }
  const { settings, secret } = ready.value;
  const providerId = kept?.id ?? newId("provider");
  const hasSecret = Object.keys(secret).length > 0;
  const { slug, kind, name, enabled, registers, trustedDomains } = input;
  const values: store.ProviderValues = {
    slug,
    kind,
    name,
    enabled,
    registers,
    settings: joinSettings(settings, trustedDomains),
    sealed: hasSecret ? await sealSecret(services, site.id, providerId, secret) : null,
    hint: hasSecret ? hintOf(secret) : "",
    levelId: level?.id ?? null,
  };
  if (kept) await store.updateProvider(db, site.id, providerId, values);
  else await store.insertProvider(db, site.id, providerId, values);
  services.sites.forget(site.id);
  const all = await listOwnProviders(services, site);
  return all.find((one) => one.id === providerId) ?? refuse("not_found", "It is gone again.");
}

export async function removeProvider(
  services: Services,
  siteId: string,
  id: string,
): Promise<void> {
  await keptRow(services, siteId, id);
  await store.deleteProvider(services.db, siteId, id);
  services.sites.forget(siteId);
}

export async function orderOwnProviders(
  services: Services,
  siteId: string,
  ids: string[],
): Promise<void> {
  const rows = await store.listProviders(services.db, siteId);
  const wanted = new Set(ids);
  if (
    wanted.size !== ids.length ||
    rows.length !== ids.length ||
    !rows.every((r) => wanted.has(r.id))
  ) {
    refuse("invalid_value", "ids: name every provider once.", { param: "ids" });
  }
  await store.orderProviders(services.db, siteId, ids);
  services.sites.forget(siteId);
}

/** Step by step, until the first that fails. */
export async function testProvider(
  services: Services,
  siteId: string,
  { id, ...input }: Input & { id?: string | undefined },
): Promise<ProviderCheck> {
  const kept = id === undefined ? null : await keptRow(services, siteId, id);
  const started = Date.now();
  const ready = await complete(services, siteId, input, kept);
  const steps: CheckStep[] = ready.ok
    ? [{ step: "settings", ok: true, message: say("填写完整。", "The form is complete.") }]
    : [{ step: "settings", ok: false, message: sayWrong(ready.error.message) }];
  if (ready.ok) {
    const { kind, ...open } = ready.value;
    steps.push(...(await kind.check(open, askFor(services, open))));
  }
  const ms = Date.now() - started;
  return {
    ok: steps.every((step) => step.ok),
    steps: steps.map(({ step, ok: fine, message }) => ({
      step,
      state: fine ? "ok" : "failed",
      message,
      ms,
    })),
  };
}

const sayWrong = (message: string) => say(`填写有误：${message}。`, `Not right yet: ${message}.`);
