/** What a person sees and changes of himself. */
import type { Me } from "../../contract/auth.ts";
import type { Locale } from "../../contract/values.ts";
import { defaultLevelOf, type LevelHolder, levelAt } from "../../core/access.ts";
import { refuse } from "../../core/failure.ts";
import { permissionsOf } from "../../core/permissions.ts";
import type { SiteSnapshot } from "../../core/site.ts";
import * as users from "../../store/users.ts";
import type { Services } from "../services.ts";

export async function describeUser(
  services: Services,
  site: SiteSnapshot,
  userId: string,
): Promise<Me> {
  const user = await users.findById(services.db, site.id, userId);
  if (!user) return refuse("expired_session", "Please log in.");
  return {
    id: user.id,
    email: user.email,
    name: user.name,
    role: user.role,
    permissions: [...permissionsOf(user.role)],
    ...shownLevel(site, user, Date.now()),
    locale: user.locale,
  };
}

/** The level that counts at a time, when it ends, and the one that has ended before it. */
export function shownLevel(
  site: SiteSnapshot,
  user: LevelHolder,
  now: number,
): Pick<Me, "level" | "levelExpiresAt" | "endedLevel"> {
  const shown = (id: string | null) => {
    const level = id === null ? undefined : site.levels.get(id);
    return level ? { slug: level.slug, name: level.name } : null;
  };
  const counts = levelAt(user, defaultLevelOf(site.levels.values()), now);
  const { levelExpiresAt = null } = user;
  return {
    level: shown(counts),
    levelExpiresAt: levelExpiresAt === null ? null : new Date(levelExpiresAt).toISOString(),
    endedLevel: counts === user.levelId ? null : shown(user.levelId),
  };
}

export async function changeOwnProfile(
  services: Services,
  site: SiteSnapshot,
  userId: string,
  change: { name?: string | undefined; locale?: Locale | undefined },
): Promise<void> {
  await users.updateUser(services.db, site.id, userId, {
    ...(change.name === undefined ? {} : { name: change.name }),
    ...(change.locale === undefined ? {} : { locale: change.locale }),
  });
}
