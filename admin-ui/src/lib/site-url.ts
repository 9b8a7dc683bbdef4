interface Place {
  protocol: string;
  hostname: string;
  port: string;
}

/** A site's address under the platform's own: it works whatever own domains the site has. */
export function siteUrl(slug: string, path: string, at: Place): string {
  // Subdomains of an address in numbers do not exist; this machine's are those of localhost.
  const base = /^[\d.]+$|^\[/.test(at.hostname) ? "localhost" : at.hostname;
  return `${at.protocol}//${slug}.${base}${at.port ? `:${at.port}` : ""}${path}`;
}
