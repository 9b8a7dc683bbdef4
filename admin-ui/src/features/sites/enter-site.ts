/** From the platform's host to a site's console: the ticket travels in the part no server logs. */
import { siteUrl } from "../../lib/site-url.ts";

export function goInto(slug: string, ticket: string): void {
  location.assign(`${siteUrl(slug, "/admin/enter", location)}#${ticket}`);
}
