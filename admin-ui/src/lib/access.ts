import type { Access } from "@contract";

/** Every signed-in user of the site. */
export const EVERYONE: Access = {
  levels: [],
  groups: [],
  departments: [],
  users: [],
  everyone: true,
  guests: false,
};

/** True where an access rule lets nobody in. */
export const isNobody = (access: Access): boolean =>
  !access.everyone &&
  !access.guests &&
  access.levels.length + access.groups.length + access.departments.length + access.users.length ===
    0;
