/** Why somebody may or may not use an agent or a model, as the console tells it. */
import * as z from "zod";
import type { EndpointTable } from "./endpoint.ts";

export const FINDING_CODES = [
  "site_open",
  "site_suspended",
  "user_enabled",
  "user_disabled",
  "guests_let_in",
  "guests_shut_out",
  "target_enabled",
  "target_disabled",
  "model_enabled",
  "model_disabled",
  "rule_guests",
  "rule_everyone",
  "rule_user",
  "rule_level",
  "rule_group",
  "rule_department",
  /** Not for guests. */
  "rule_not_guests",
  /** The rule names a level that the user had until it ended. */
  "rule_level_ended",
  /** The rule names others. */
  "rule_others",
  "rule_nobody",
  "connection_ready",
  "connection_ails",
  "connection_disabled",
  /** Keys of the user whose own lists leave it out. */
  "keys_outside",
] as const;
export type FindingCode = (typeof FINDING_CODES)[number];

export const findingSchema = z.object({
  code: z.enum(FINDING_CODES),
  /** `mind`: says something that alone forbids nothing. */
  verdict: z.enum(["yes", "no", "mind"]),
  /** Whom or what it is about, in the site's own words. */
  names: z.array(z.string()),
});
export type Finding = z.infer<typeof findingSchema>;

export const explanationSchema = z.object({
  /** Whether it is shown to the person. */
  sees: z.boolean(),
  /** Whether a call would be sent on, credits and limits aside. */
  calls: z.boolean(),
  findings: z.array(findingSchema),
});
export type Explanation = z.infer<typeof explanationSchema>;

export const explainEndpoints = {
  "GET /api/admin/access/explain": {
    auth: "console",
    permission: "people.read",
    summary: "Why a user, or a guest, may or may not use an agent or a model.",
    query: z.object({
      /** Id of a user; absent: a guest. */
      user: z.string().max(64).optional(),
      /** Public name: the model's, or `agent/<slug>`. */
      target: z.string().min(1).max(300),
    }),
    response: explanationSchema,
  },
} as const satisfies EndpointTable;
