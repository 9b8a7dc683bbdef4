/**
 * Which requests are the same. Invariants:
 *
 * 1. Two requests have one key only where the same is asked of the same model or agent, over the
 *    same routes, on one site, by people whom the same part of its access rule lets in.
 * 2. The order of fields says nothing; who asks, and how the answer is to be sent, neither.
 */
import { createHash } from "node:crypto";
import { type AccessRule, grantedBy, type Subject } from "../../core/access.ts";
import type { RawFields } from "../../core/media.ts";
import type { ChatInput } from "../../core/run.ts";
import type { ChatTarget, ModelTarget } from "../chat/target.ts";

/** Fields of requests that change nothing about the answer. */
const LEFT_OUT = new Set([
  "user",
  "metadata",
  "safety_identifier",
  "stream",
  "stream_options",
  "store",
  "prompt_cache_key",
  "prompt_cache_retention",
]);

/** Of what is stored: one of another form is not found. */
const FORM = 1;

/** Where, and among whom. */
export interface Sharing {
  siteId: string;
  scope: string;
}

type Aim = Pick<ModelTarget, "name" | "routes">;

export function chatKey(
  sharing: Sharing,
  target: Aim & Pick<ChatTarget, "maxOutputTokens">,
  input: ChatInput,
): string {
  const { stream: _stream, endUser: _endUser, newConversation: _new, raw, ...asked } = input;
  const written = raw && { ...raw, body: lasting(raw.body) };
  return keyOf(sharing, target, [target.maxOutputTokens, asked, written]);
}

export function taskKey(sharing: Sharing, target: Aim, input: object): string {
  const { endUser: _endUser, raw, ...asked } = input as { endUser?: string; raw?: RawFields };
  return keyOf(sharing, target, [asked, raw && lasting(raw)]);
}

function keyOf(sharing: Sharing, { name, routes }: Aim, asked: unknown[]): string {
  const ways = routes.map(({ connection, upstreamId }) => [connection.id, upstreamId]);
  return sha256(canonical([FORM, sharing.siteId, sharing.scope, name, ways, asked]));
}

function lasting(fields: RawFields): RawFields {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => !LEFT_OUT.has(name)));
}

/** Who shares answers: people of one level whom the same part of the rule lets in. */
export function scopeOf(rule: AccessRule, subject: Subject): string {
  const part = grantedBy(rule, subject);
  const which = {
    user: subject.userId,
    group: rule.groups.find((id) => subject.groupIds.includes(id)),
    department: rule.departments.find((id) => subject.departmentIds.includes(id)),
  };
  const id = part === "user" || part === "group" || part === "department" ? which[part] : "";
  return [subject.levelId, part, id].join(":");
}

/** Longer texts, images above all, stand in the key by their hash. */
const TEXT_LENGTH_MAX = 1_024;

/** JSON with sorted fields. Every text has a mark in front, so that no text looks like a hash. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_name, part: unknown) => {
    if (typeof part === "string") {
      return part.length > TEXT_LENGTH_MAX ? `#${sha256(part)}` : `=${part}`;
    }
    if (typeof part !== "object" || part === null || Array.isArray(part)) return part;
    const fields = Object.entries(part);
    return Object.fromEntries(fields.sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");
