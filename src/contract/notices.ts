/** What a site should know of: kept by its Meter, shown in the console. */
import * as z from "zod";

const anyNotice = z.object({
  /** Made where the event happened; a notice is kept once under it. */
  id: z.string(),
  /** ISO 8601. */
  at: z.string(),
});

export const siteNoticeSchema = z.discriminatedUnion("kind", [
  /** A user's balance fell below a threshold. */
  anyNotice.extend({
    kind: z.literal("low_balance"),
    user_id: z.string(),
    user_email: z.string(),
    threshold_micro: z.number().int(),
    available_micro: z.number().int(),
  }),
  /** The proof of a live own domain is gone; unless it comes back, the domain is lost. */
  anyNotice.extend({ kind: z.literal("host_proof_gone"), host: z.string() }),
  /** An own domain leads here no more. */
  anyNotice.extend({
    kind: z.literal("host_lost"),
    host: z.string(),
    why: z.enum(["proof_gone", "taken_over"]),
  }),
]);
export type SiteNotice = z.infer<typeof siteNoticeSchema>;
export type NoticeKind = SiteNotice["kind"];
