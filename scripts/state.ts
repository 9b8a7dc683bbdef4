/** The state folder: generated secrets, and the data that workerd keeps. */
import { randomBytes } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

export interface StateSecrets {
  /** 32 bytes, base64. */
  masterKey: string;
  operatorToken: string;
  setupToken: string;
}

/** Makes the folder (0700) and the secrets (0600) on first use. */
export function openState(folder: string): StateSecrets {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  chmodSync(folder, 0o700);
  const file = join(folder, "secrets.json");
  if (existsSync(file)) return JSON.parse(readFileSync(file, "utf8")) as StateSecrets;
  const secrets: StateSecrets = {
    masterKey: randomBytes(32).toString("base64"),
    operatorToken: `pa-${randomBytes(32).toString("base64url")}`,
    setupToken: randomBytes(24).toString("base64url"),
  };
  writeFileSync(file, JSON.stringify(secrets, null, 2), { mode: 0o600 });
  return secrets;
}
