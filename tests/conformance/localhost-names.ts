/** Preloaded into a program of others: `*.localhost` is this machine, as every browser knows. */
import dns from "node:dns";

const lookUp = dns.lookup;

dns.lookup = ((name: string, ...rest: unknown[]) =>
  (lookUp as (...all: unknown[]) => void)(
    name.endsWith(".localhost") ? "127.0.0.1" : name,
    ...rest,
  )) as typeof dns.lookup;
