/** Slugs of levels, groups and departments to their ids, and back. */
import { refuse } from "../../core/failure.ts";
import type { SiteSnapshot } from "../../core/site.ts";
import { type SlugRow, slugsOf } from "../../store/users-list.ts";
import type { Services } from "../services.ts";

/** Each refuses a slug that leads nowhere. */
export interface Named {
  level(slug: string): string;
  group(slug: string): string;
  department(slug: string): string;
  /** By id. */
  departmentSlugs: ReadonlyMap<string, string>;
}

export async function namesOf(services: Services, site: SiteSnapshot): Promise<Named> {
  const { groups, departments } = await slugsOf(services.db, site.id);
  const idOf = (what: string, param: string, from: Iterable<SlugRow>) => {
    const ids = new Map(Array.from(from, ({ slug, id }) => [slug, id]));
    return (slug: string): string =>
      ids.get(slug) ?? refuse("invalid_value", `There is no ${what} "${slug}".`, { param });
  };
  return {
    level: idOf("level", "level", site.levels.values()),
    group: idOf("group", "groups", groups),
    department: idOf("department", "department", departments),
    departmentSlugs: new Map(departments.map(({ id, slug }) => [id, slug])),
  };
}
