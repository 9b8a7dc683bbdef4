/** Ten codes for the day the phone is lost: shown once, kept as hashes, each good for one log-in. */
import { createHmac } from "node:crypto";
import { encodeBase32 } from "../../core/ids.ts";
import { newId } from "../../store/ids.ts";
import * as factors from "../../store/second-factors.ts";
import type { Services } from "../services.ts";

const COUNT = 10;
const BYTES = 6;

interface Person {
  siteId: string;
  userId: string;
}

/** Makes new ones; those before are void. */
export async function makeRecoveryCodes(services: Services, person: Person): Promise<string[]> {
  const { siteId, userId } = person;
  const texts = Array.from({ length: COUNT }, () =>
    encodeBase32(crypto.getRandomValues(new Uint8Array(BYTES))),
  );
  await factors.removeFactors(services.db, siteId, userId, { kind: "recovery" });
  const now = Date.now();
  await factors.insertFactor(services.db, {
    siteId,
    userId,
    id: newId("factor"),
    kind: "recovery",
    sealed: JSON.stringify(texts.map((text) => hashOf(services, person, text))),
    confirmedAt: now,
    createdAt: now,
  });
  return texts.map((text) => `${text.slice(0, 5)}-${text.slice(5)}`);
}

/** True once for each code. */
export async function useRecoveryCode(
  services: Services,
  person: Person,
  code: string,
): Promise<boolean> {
  const hash = hashOf(services, person, code.toLowerCase().replace(/[^a-z0-9]/g, ""));
  const all = await factors.confirmedFactors(services.db, person.siteId, person.userId);
  for (const { siteId, id, kind, sealed } of all) {
    if (kind !== "recovery" || sealed === null) continue;
    const left = JSON.parse(sealed) as string[];
    if (!left.includes(hash)) return false;
    const after = JSON.stringify(left.filter((one) => one !== hash));
    return await factors.swapSealed(services.db, { siteId, id }, { before: sealed, after });
  }
  return false;
}

/** How many are left. */
export function recoveryCodesLeft(rows: readonly factors.SecondFactorRow[]): number {
  const sealed = rows.find(({ kind }) => kind === "recovery")?.sealed;
  return sealed ? (JSON.parse(sealed) as string[]).length : 0;
}

const hashOf = ({ keys }: Services, { siteId, userId }: Person, text: string): string =>
  createHmac("sha256", keys.oneTimeCode)
    .update(`recovery/${siteId}/${userId}/${text}`)
    .digest("hex");
