/** A site as a configuration file. */
import { refuse } from "../../core/failure.ts";
import { hostsOf } from "../../store/hosts.ts";
import { loadParts } from "../../store/parts.ts";
import { findSiteBySlug } from "../../store/sites.ts";
import { pageUsers } from "../../store/users-list.ts";
import type { Services } from "../services.ts";
import { partsInWords, settingsInWords, userInWords } from "./stored.ts";

/** As many as a file may hold. */
const MAX_USERS = 10_000;

/** Applies to no change. Secrets, passwords, keys and credits are left out. */
export async function exportSite(services: Services, slug: string): Promise<unknown> {
  const { db } = services;
  const site = slug === "platform" ? null : await findSiteBySlug(db, slug);
  if (!site) return refuse("site_not_found", `There is no site "${slug}".`);
  const parts = await loadParts(db, site.id);
  const hosts = await hostsOf(db, site.id);
  const users = await pageUsers(db, site.id, { limit: MAX_USERS });
  if (users.has_more) {
    refuse(
      "conflict",
      `${slug} has more than ${MAX_USERS} users, which is more than a file holds.`,
    );
  }
  // By e-mail, so that two exports of one site differ only where the site does.
  const people = users.data.toSorted((a, b) => (a.email < b.email ? -1 : 1));
  return {
    sites: [
      {
        ...settingsInWords(site),
        hosts: hosts.filter((row) => row.verifiedAt !== null).map((row) => row.host),
        ...partsInWords(parts),
        users: people.map((user) => userInWords(user, parts)),
      },
    ],
  };
}
