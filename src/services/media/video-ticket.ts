/**
 * A video's id carries all that is needed to look at its job, hand out its file and settle its
 * hold: nothing is stored, and any isolate can serve it. It is sealed for the site, so that
 * nobody can read what is inside, nor make one.
 */
import * as z from "zod";
import { modelPriceSchema } from "../../contract/config.ts";
import { attemptSchema } from "../../contract/usage.ts";
import type { SiteSnapshot } from "../../core/site.ts";
import type { Vault } from "../vault.ts";

const PREFIX = "video_";
const PURPOSE = "video-ticket";

const ticketSchema = z.object({
  requestId: z.string(),
  userId: z.string(),
  keyId: z.string().nullable(),
  /** Where the job is, under which name, and whose key began it. */
  connectionId: z.string(),
  secretId: z.string().nullable(),
  upstreamId: z.string().nullable(),
  job: z.string(),
  model: z.string(),
  price: modelPriceSchema,
  cost: modelPriceSchema.nullable(),
  priceVersion: z.number(),
  slip: z.object({ heldMicro: z.number(), tokens: z.number(), admittedAt: z.number() }),
  /** Milliseconds since 1970. */
  startedAt: z.number(),
  timings: z.object({
    first: z.number().nullable(),
    upstream: z.number(),
    admit: z.number(),
    gateway: z.number(),
  }),
  attempts: z.array(attemptSchema),
  seconds: z.number().nullable(),
  size: z.string().nullable(),
});
export type VideoTicket = z.infer<typeof ticketSchema>;

export async function sealTicket(
  vault: Vault,
  site: SiteSnapshot,
  ticket: VideoTicket,
): Promise<string> {
  return PREFIX + (await vault.sealFor(site.id, PURPOSE, JSON.stringify(ticket)));
}

/** Null for what is no id of a video of this site. */
export async function openTicket(
  vault: Vault,
  site: SiteSnapshot,
  id: string,
): Promise<VideoTicket | null> {
  if (!id.startsWith(PREFIX)) return null;
  const text = await vault.openFor(site.id, PURPOSE, id.slice(PREFIX.length));
  return text === null ? null : ticketSchema.parse(JSON.parse(text));
}
