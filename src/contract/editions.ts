/** What a site may do by its edition. */
import * as z from "zod";

const countSchema = z.number().int().min(0).nullable();

export const editionLimitsSchema = z.strictObject({
  /** Calls of agents and models, by calendar month (UTC); null: no limit. */
  callsPerMonth: countSchema,
  /** Published agents. */
  agents: countSchema,
  externalUsers: countSchema,
  internalUsers: countSchema,
  ownDomains: countSchema,
  /** Whether users can pay the site. */
  payment: z.boolean(),
  /** Whether "powered by Portico" can be taken away. */
  unbranded: z.boolean(),
});
export type EditionLimits = z.infer<typeof editionLimitsSchema>;
