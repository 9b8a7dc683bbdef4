/** The console: who did what to the site. */
import type { auditEndpoints } from "../contract/audit.ts";
import { csvFile, fileLocale } from "../http/csv-file.ts";
import type { Handlers } from "../http/endpoint.ts";
import { auditCsv, auditPage } from "../services/audit-log.ts";

export const auditHandlers = {
  "GET /api/admin/audit": (c, { query }) => auditPage(c.var.services, c.var.site.id, query),
  "GET /api/admin/audit.csv": (c, { query: { locale: asked, ...filter } }) => {
    const locale = fileLocale(c, asked);
    return csvFile("audit", locale, auditCsv(c.var.services, c.var.site.id, filter, locale));
  },
} satisfies Handlers<typeof auditEndpoints>;
