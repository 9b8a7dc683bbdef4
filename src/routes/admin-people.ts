/** The console: users, their wallets and their keys. */
import type { peopleEndpoints } from "../contract/admin-people.ts";
import type { AppContext } from "../http/app.ts";
import { csvFile, fileLocale } from "../http/csv-file.ts";
import type { Handlers } from "../http/endpoint.ts";
import { statementFile } from "../http/statement-file.ts";
import * as people from "../services/console/people.ts";
import { changeUsers, listUsers, usersCsv } from "../services/console/people-list.ts";
import * as wallets from "../services/console/people-wallet.ts";
import * as apiKeys from "../services/identity/api-keys.ts";
import { walletEntries, walletPeriods } from "../services/wallets.ts";
import { guestHandlers } from "./admin-people-guests.ts";
import { importHandlers, invitationHandlers } from "./admin-people-invitations.ts";

export const peopleHandlers = {
  "GET /api/admin/users": (c, { query }) => listUsers(c.var.services, c.var.site, query),
  "GET /api/admin/users/export.csv": (c, { query }) =>
    csvFile("users", fileLocale(c, undefined), usersCsv(c.var.services, c.var.site, query)),
  "POST /api/admin/users/change": (c, { body }) =>
    changeUsers(c.var.services, c.var.site, c.var.user, body),
  "POST /api/admin/users": (c, { body }) =>
    people.addUser(c.var.services, c.var.site, c.var.user.role, body),
  "GET /api/admin/users/{id}": (c, { params }) =>
    people.readUser(c.var.services, c.var.site, params.id),
  "PATCH /api/admin/users/{id}": (c, { params, body }) =>
    people.changeUser(c.var.services, c.var.site, c.var.user, params.id, body),
  "DELETE /api/admin/users/{id}": (c, { params, query }) =>
    people.deleteUser(c.var.services, c.var.site, c.var.user, params.id, query.email),
  "POST /api/admin/users/{id}/grants": (c, { params, body }) =>
    wallets.grantCredits(c.var.services, c.var.site, params.id, body),
  "POST /api/admin/users/{id}/corrections": (c, { params, body }) =>
    wallets.correctBalance(c.var.services, c.var.site, params.id, body, c.var.user.email),
  "GET /api/admin/users/{id}/entries": async (c, { params, query }) =>
    await walletEntries(c.var.services, await ownerOf(c, params.id), query),
  "GET /api/admin/users/{id}/periods": async (c, { params }) => ({
    data: await walletPeriods(c.var.services, await ownerOf(c, params.id)),
  }),
  "GET /api/admin/users/{id}/statement.csv": async (c, { params, query }) =>
    statementFile(c, await ownerOf(c, params.id), query),

  "GET /api/admin/keys": async (c) => ({
    data: await apiKeys.listSiteKeys(c.var.services, c.var.site.id),
  }),
  "POST /api/admin/users/{id}/keys": async (c, { params, body }) =>
    await apiKeys.createKey(c.var.services, await changeableOwnerOf(c, params.id), body),
  "PATCH /api/admin/users/{id}/keys/{keyId}": async (c, { params, body }) =>
    await apiKeys.changeKey(
      c.var.services,
      await changeableOwnerOf(c, params.id),
      params.keyId,
      body,
    ),
  "DELETE /api/admin/users/{id}/keys/{keyId}": async (c, { params }) =>
    await apiKeys.revokeKey(c.var.services, await changeableOwnerOf(c, params.id), params.keyId),
  ...importHandlers,
  ...invitationHandlers,
  ...guestHandlers,
} satisfies Handlers<typeof peopleEndpoints>;

/** A user of this site, or 404: an id of another tenant is not there. */
async function ownerOf(c: AppContext, userId: string): Promise<{ siteId: string; userId: string }> {
  await people.requireUserRow(c.var.services, c.var.site.id, userId);
  return { siteId: c.var.site.id, userId };
}

/** The same, where whoever asks may change him: his keys pay from his wallet. */
async function changeableOwnerOf(c: AppContext, userId: string) {
  const { services, site, user } = c.var;
  await people.requireMayChange(services, site.id, user.role, userId);
  return { siteId: site.id, userId };
}
