/** What a site's owner decides of how people come in. */
import * as z from "zod";

export const signInSettingsSchema = z.strictObject({
  /** Log-in with a password; absent: yes. */
  password: z.boolean().optional(),
  /** Log-in with a code by mail; absent: where mail can be sent. */
  emailCode: z.boolean().optional(),
  /** Registration asks for a code that was sent to the address; absent: no. */
  verifyEmail: z.boolean().optional(),
  /** Whoever opens the console needs a second factor; absent: no. */
  secondFactor: z.boolean().optional(),
  /** The public key of Turnstile; its secret is sealed elsewhere. Absent: nobody is asked. */
  turnstileSiteKey: z.string().max(100).optional(),
});
export type SignInSettings = z.infer<typeof signInSettingsSchema>;

export const guestSettingsSchema = z.strictObject({
  /** Whether people may use what is open to guests without logging in; absent: no. */
  enabled: z.boolean().optional(),
  /** Messages of one address a day; absent: 20. */
  messagesPerDay: z.number().int().min(1).max(1_000).optional(),
  /** What all guests together may spend a day (UTC), in credits; absent: 10. */
  creditsPerDay: z.number().min(0).max(1_000_000).optional(),
  /** Whether guests may send images; absent: no. */
  images: z.boolean().optional(),
});
export type GuestSettings = z.infer<typeof guestSettingsSchema>;
