/** A list as a download. */
import type { Locale } from "../contract/values.ts";
import { preferredLocale } from "../services/statement.ts";
import type { AppContext } from "./app.ts";

/** The language of a file: as it was asked for, else as the browser prefers. */
export function fileLocale(c: AppContext, asked: Locale | undefined): Locale {
  return asked ?? preferredLocale(c.req.header("accept-language"), c.var.site.locale);
}

export function csvFile(name: string, locale: Locale, body: ReadableStream<Uint8Array>): Response {
  const day = new Date().toISOString().slice(0, 10);
  return new Response(body, {
    headers: {
      "content-type": "text/csv; charset=utf-8",
      "content-disposition": `attachment; filename="${name}-${day}.csv"`,
      "content-language": locale,
      "cache-control": "no-store",
      "x-content-type-options": "nosniff",
      vary: "accept-language",
    },
  });
}
