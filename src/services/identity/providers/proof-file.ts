/** Files by which a platform has it proven that a host belongs to whoever set the app up there. */
import { listProviders } from "../../../store/providers.ts";
import type { Services } from "../../services.ts";
import { PROOF_NAME, PROOF_TEXT } from "./wecom.ts";

export const PROOF_FILE = /^\/(WW_verify_[0-9a-zA-Z]+\.txt)$/;

/** The content of such a file of a site; null where it has none of that name. */
export async function proofFile(
  services: Services,
  siteId: string,
  name: string,
): Promise<string | null> {
  const rows = await listProviders(services.db, siteId);
  const row = rows.find(({ settings }) => settings[PROOF_NAME] === name);
  return row?.settings[PROOF_TEXT] ?? null;
}
