/** A statement as a download. */
import type { StatementQuery } from "../contract/wallet.ts";
import { preferredLocale, statementCsv } from "../services/statement.ts";
import type { Owner } from "../services/wallets.ts";
import type { AppContext } from "./app.ts";

export function statementFile(c: AppContext, owner: Owner, query: StatementQuery): Response {
  const locale =
    query.locale ?? preferredLocale(c.req.header("accept-language"), c.var.site.locale);
  const day = new Date().toISOString().slice(0, 10);
  return new Response(statementCsv(c.var.services, owner, query, locale), {
    headers: {
      "content-type": "text/csv; charset=utf-8",
      "content-disposition": `attachment; filename="statement-${day}.csv"`,
      "content-language": locale,
      "cache-control": "no-store",
      "x-content-type-options": "nosniff",
      vary: "accept-language",
    },
  });
}
