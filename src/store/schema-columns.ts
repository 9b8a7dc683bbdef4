/** Kinds of columns that SQLite has no word for. */
import { integer, text } from "drizzle-orm/sqlite-core";

export const json = <Value>(name: string) => text(name, { mode: "json" }).$type<Value>();
export const flag = (name: string) => integer(name, { mode: "boolean" });
