/** A statement as a download. */
import type { StatementQuery } from "../contract/wallet.ts";
import { statementCsv } from "../services/statement.ts";
import type { Owner } from "../services/wallets.ts";
import type { AppContext } from "./app.ts";
import { csvFile, fileLocale } from "./csv-file.ts";

export function statementFile(c: AppContext, owner: Owner, query: StatementQuery): Response {
  const locale = fileLocale(c, query.locale);
  return csvFile("statement", locale, statementCsv(c.var.services, owner, query, locale));
}
