/** What can be allowed to a role: to read or to change one area of a site. */
export const PERMISSIONS = [
  "site.read",
  "site.write",
  "people.read",
  "people.write",
  "money.read",
  "money.write",
  "publishing.read",
  "publishing.write",
  "insight.read",
  "audit.read",
] as const;
export type Permission = (typeof PERMISSIONS)[number];
