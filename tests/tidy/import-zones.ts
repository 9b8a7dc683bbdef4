/**
 * Who may import whom. Imports go down only:
 *   worker → routes, http → services → { connectors | durable | store | front } → core → contract
 * Siblings on one floor never import each other, with the exceptions that `refusal` names.
 */

import { isBuiltin } from "node:module";
import { posix } from "node:path";
import type { ImportOf, Source, Violation } from "./sources.ts";

interface Zone {
  /** Zones of src whose files it may import besides its own. */
  below: string[];
  /** Packages (and runtime modules) it may import. */
  packages: string[];
}

const GROUND = ["core", "contract"];

/** Every zone of `src/`, from the top down. A folder that is not here has no place. */
export const ZONES: Record<string, Zone> = {
  worker: {
    below: ["routes", "http", "services", "durable", ...GROUND],
    packages: ["cloudflare:workers", "hono"],
  },
  routes: {
    below: ["http", "services", "front", ...GROUND],
    packages: ["zod", "hono"],
  },
  http: {
    below: ["services", "front", ...GROUND],
    packages: ["zod", "hono", "node:crypto"],
  },
  services: {
    below: ["connectors", "durable", "store", "front", ...GROUND],
    packages: ["zod", "node:crypto", "node:buffer", "cloudflare:workers"],
  },
  connectors: { below: GROUND, packages: ["zod", "eventsource-parser", "aws4fetch"] },
  durable: { below: GROUND, packages: ["zod", "cloudflare:workers", "node:crypto"] },
  store: {
    below: GROUND,
    packages: ["zod", "drizzle-orm", "@libsql/client", "@cloudflare/workers-types"],
  },
  front: { below: GROUND, packages: ["zod", "eventsource-parser"] },
  core: { below: ["contract"], packages: [] },
  contract: { below: [], packages: ["zod"] },
};

/** Packages that one folder alone needs. */
const FOLDER_PACKAGES: [folder: string, packages: string[]][] = [
  ["src/services/identity/", ["jose", "oauth4webapi", "otpauth"]],
  ["src/services/mail/", ["cloudflare:sockets"]],
  ["src/services/payments/", ["stripe"]],
  ["src/services/files/", ["unpdf", "mammoth"]],
  ["src/services/config/", ["yaml"]],
];

const UIS = ["admin-ui", "portal-ui"];
/** Parts of the portal that know nothing of it: the console shows answers, and Turnstile, by the same. */
const SHARED =
  /^portal-ui\/src\/(features\/markdown\/|features\/chat\/(images|use-bottom)\.ts$|lib\/(sse|turnstile)\.ts$)/;

/** The path an import leads to, or null when it is a package. */
export function targetOf(path: string, specifier: string): string | null {
  if (specifier === "@contract") return "src/contract/index.ts";
  if (specifier.startsWith("@contract/")) return `src/contract/${specifier.slice(10)}`;
  if (!specifier.startsWith(".")) return null;
  return posix.join(posix.dirname(path), specifier).replace(/[?#].*$/, "");
}

export function zoneOf(path: string): string | null {
  const [top, second] = path.split("/");
  if (top !== "src" || second === undefined) return null;
  return second.replace(/\.ts$/, "");
}

function packageName(specifier: string): string {
  if (isBuiltin(specifier) || specifier.startsWith("cloudflare:")) return specifier;
  const parts = specifier.split("/");
  return parts.slice(0, specifier.startsWith("@") ? 2 : 1).join("/");
}

export function strayImports(source: Source): Violation[] {
  return source.imports.flatMap((imported) => {
    const reason = refusal(source.path, imported);
    return reason === null ? [] : [{ path: source.path, line: imported.line, rule: reason }];
  });
}

function refusal(path: string, imported: ImportOf): string | null {
  const ui = UIS.find((name) => path.startsWith(`${name}/`));
  if (ui !== undefined) return refusalOfUi(ui, path, imported);
  const zone = zoneOf(path);
  if (zone === null) return null;
  const rules = ZONES[zone];
  if (rules === undefined) return `${zone} is no zone of src`;
  const target = targetOf(path, imported.specifier);
  if (target === null) return refusalOfPackage(path, zone, imported.specifier);
  const below = zoneOf(target);
  if (below === null) return `${zone} imports ${target}, outside src`;
  if (below === zone) return refusalInside(zone, path, target, imported);
  if (below === "connectors" && imported.typeOnly && target === "src/connectors/connector.ts") {
    return zone === "front" || zone === "services" ? null : `${zone} imports ${below}`;
  }
  if (below === "durable" && imported.typeOnly && target.endsWith("/protocol.ts")) {
    return ["worker", "routes", "http", "services"].includes(zone)
      ? null
      : `${zone} imports ${below}`;
  }
  if (!rules.below.includes(below)) return `${zone} imports ${below}`;
  return refusalOfPart(zone, below, target);
}

/** Of a zone below, only the parts that are its face. */
function refusalOfPart(zone: string, below: string, target: string): string | null {
  const part = target.split("/").slice(2);
  if (below === "connectors" && part.length > 1 && part[0] !== "kit") {
    return `a platform (${part[0]}) is imported by registry.ts alone`;
  }
  const isObject = below === "durable" && part.length === 2;
  if (isObject && zone !== "worker" && !/^(client|protocol)\.ts$/.test(part[1] ?? "")) {
    return `${zone} imports the inside of the object ${part[0]}: use its client.ts`;
  }
  return null;
}

/** Siblings: platforms, objects, and what may cross between them. */
function refusalInside(
  zone: string,
  path: string,
  target: string,
  imported: ImportOf,
): string | null {
  const [own, other] = [path, target].map((file) => file.split("/").slice(2, -1)[0]);
  if (own === other) return null;
  if (zone === "connectors") {
    const isPlatform = other !== undefined && other !== "kit";
    if (!isPlatform || path === "src/connectors/registry.ts") return null;
    return `a platform (${other}) is imported by registry.ts alone`;
  }
  if (zone === "durable" && other !== undefined && other !== "kit") {
    if (imported.typeOnly && target.endsWith("/protocol.ts")) return null;
    return `the object ${own} imports ${other}: only its protocol.ts, and only as a type`;
  }
  return null;
}

function refusalOfPackage(path: string, zone: string, specifier: string): string | null {
  const name = packageName(specifier);
  if (ZONES[zone]?.packages.includes(name)) return null;
  const folder = FOLDER_PACKAGES.find(([prefix]) => path.startsWith(prefix));
  if (folder?.[1].includes(name)) return null;
  return `${zone} imports the package ${name}`;
}

function refusalOfUi(ui: string, path: string, imported: ImportOf): string | null {
  const target = targetOf(path, imported.specifier);
  if (target === null || !path.startsWith(`${ui}/src/`)) return null;
  if (target.startsWith(`${ui}/`) || target.startsWith("src/contract/")) return null;
  if (ui === "admin-ui" && SHARED.test(target)) return null;
  if (imported.typeOnly && target.startsWith("src/routes/")) return null;
  return `${ui} imports ${target}: of the Worker it may only know src/contract`;
}

/** Rings of imports, each named once at the file where it closes. Types count: a ring is a ring. */
export function importRings(sources: Source[]): Violation[] {
  const byPath = new Map(sources.map((source) => [source.path, source]));
  const done = new Set<string>();
  const trail: string[] = [];
  const found: Violation[] = [];
  const visit = (path: string) => {
    const source = byPath.get(path);
    if (source === undefined || done.has(path)) return;
    trail.push(path);
    for (const { specifier, line } of source.imports) {
      const target = targetOf(path, specifier);
      if (target === null) continue;
      const at = trail.indexOf(target);
      if (at === -1) visit(target);
      else found.push({ path, line, rule: `ring: ${[...trail.slice(at), target].join(" → ")}` });
    }
    trail.pop();
    done.add(path);
  };
  for (const path of byPath.keys()) visit(path);
  return found;
}
