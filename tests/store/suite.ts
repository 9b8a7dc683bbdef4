/** One behaviour suite, run by every database the store can live on. */
import { beforeAll, describe, it } from "vitest";
import type { Database } from "../../src/store/database.ts";
import { connectionClaims } from "./connection-claims.ts";
import { editionClaims } from "./edition-claims.ts";
import { hostClaims } from "./host-claims.ts";
import { isolationClaims } from "./isolation-claims.ts";
import { oauthClaims } from "./oauth-claims.ts";
import { peopleClaims } from "./people-claims.ts";
import { platformClaims } from "./platform-claims.ts";
import { priceClaims } from "./price-claims.ts";
import { providerClaims } from "./provider-claims.ts";
import { publishingClaims } from "./publishing-claims.ts";
import { siteClaims } from "./site-claims.ts";
import { subdomainClaims } from "./subdomain-claims.ts";
import { userClaims } from "./user-claims.ts";

const CHAPTERS = {
  sites: siteClaims,
  editions: editionClaims,
  platform: platformClaims,
  hosts: hostClaims,
  subdomains: subdomainClaims,
  people: peopleClaims,
  users: userClaims,
  "other places to log in at": providerClaims,
  apps: oauthClaims,
  connections: connectionClaims,
  publishing: publishingClaims,
  prices: priceClaims,
  "tenant isolation": isolationClaims,
};

/** `open` answers a database with all migrations applied. */
export function storeSuite(where: string, open: () => Promise<Database>): void {
  describe(`the store ${where}`, () => {
    let db: Database;
    beforeAll(async () => {
      db = await open();
    });
    for (const [chapter, claims] of Object.entries(CHAPTERS)) {
      describe(chapter, () => {
        for (const [title, prove] of Object.entries(claims)) it(title, () => prove(db));
      });
    }
  });
}
