/**
 * An endpoint table is the one declaration of a JSON API: the server implements its keys, the
 * OpenAPI document is made from it, both UIs call through its types, and the security tests
 * walk it. A key is `METHOD /path/{param}`.
 */
import type { z } from "zod";
import type { Permission } from "./permissions.ts";

/**
 * Who may call:
 * `public` anybody on the site's host · `user` a signed-in user of the site ·
 * `console` a user of the site whose role has the endpoint's `permission` ·
 * `account` a user of the platform's own site, on the platform's host ·
 * `operator` the operator on the platform's host, or the operator token.
 */
export type EndpointAuth = "public" | "user" | "console" | "account" | "operator";

/** An endpoint of the console that does not say what it needs does not compile. */
export type Policy =
  | { auth: Exclude<EndpointAuth, "console">; permission?: never }
  | { auth: "console"; permission: Permission };

interface Described {
  /**
   * Whether the audit tells of it. What the console or the operator changes is told unless this is
   * false; all else only where this is true, or an action's name of its own.
   */
  audited?: boolean | string;
  /** Where its path does not lead to it: what shows, before and after, what it has changed. */
  shownBy?: `GET /${string}`;
  /**
   * Of the person alone: an operator who acts as somebody may not do it, or not send these fields.
   * What changes one's own account (`/api/auth/…`) is so without saying it.
   */
  personal?: true | readonly string[];
  /**
   * Whether the caller must prove to be a person, where the site asks Turnstile: always, or once
   * the e-mail of its body has been tried a few times.
   */
  human?: "always" | "after_failures";
  /** Guests may call it too, where the site takes them: then `user` is a guest. */
  guests?: true;
  /** One sentence for the OpenAPI document. */
  summary: string;
  query?: z.ZodObject;
  body?: z.ZodType;
  /** Absent for streams. */
  response?: z.ZodType;
  /** The answer is not JSON: a stream of server-sent events, a file of this type, or a way to a page. */
  raw?: true | "text/csv" | "text/html";
}
export type Endpoint = Policy & Described;
export type EndpointKey = `${"GET" | "POST" | "PUT" | "PATCH" | "DELETE"} /${string}`;
export type EndpointTable = Record<EndpointKey, Endpoint>;

/** The path parameters of a key: `"id"` of `GET /api/x/{id}`. */
export type PathParams<Key extends string> = Key extends `${string}{${infer Name}}${infer Rest}`
  ? Name | PathParams<Rest>
  : never;

export type ResponseOf<E extends Endpoint> = E["response"] extends z.ZodType
  ? z.infer<E["response"]>
  : undefined;
/** What a caller sends (before defaults are filled in). */
export type BodyOf<E extends Endpoint> = E["body"] extends z.ZodType
  ? z.input<E["body"]>
  : undefined;
export type QueryOf<E extends Endpoint> = E["query"] extends z.ZodType
  ? z.input<E["query"]>
  : undefined;
