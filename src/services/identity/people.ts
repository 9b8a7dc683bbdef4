/** What a person sees and changes of himself. */
import type { Me } from "../../contract/auth.ts";
import type { Locale } from "../../contract/values.ts";
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
  const level = user.levelId === null ? undefined : site.levels.get(user.levelId);
  return {
    id: user.id,
    email: user.email,
    name: user.name,
    role: user.role,
    permissions: [...permissionsOf(user.role)],
    level: level ? { slug: level.slug, name: level.name } : null,
    locale: user.locale,
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
