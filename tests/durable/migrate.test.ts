import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import { migrate } from "../../src/durable/migrate.ts";

const FIRST = "CREATE TABLE shelf (book TEXT); INSERT INTO shelf VALUES ('a');";
const SECOND = "ALTER TABLE shelf ADD COLUMN place INTEGER; INSERT INTO shelf VALUES ('b', 2);";

let name = "";
beforeEach(({ task }) => {
  name = task.id;
});
/** A throttle makes no table until it is asked, so its storage starts empty. */
const inStorage = (work: (storage: DurableObjectStorage) => void) =>
  runInDurableObject(env.THROTTLE.getByName(name), (_, state) => work(state.storage));
const rows = (storage: DurableObjectStorage, statement: string) => [
  ...storage.sql.exec(statement).raw(),
];

describe("the schema of an object", () => {
  it("is made by steps that each run once, however often the object wakes", async () => {
    await inStorage((storage) => {
      migrate(storage, [FIRST]);
      migrate(storage, [FIRST]);
      migrate(storage, [FIRST, SECOND]);
      migrate(storage, [FIRST, SECOND]);
      expect(rows(storage, "SELECT book, place FROM shelf")).toEqual([
        ["a", null],
        ["b", 2],
      ]);
      expect(rows(storage, "SELECT version FROM schema_version")).toEqual([[2]]);
    });
  });

  it("stays as it was when a step fails", async () => {
    await inStorage((storage) => {
      migrate(storage, [FIRST]);
      expect(() => migrate(storage, [FIRST, SECOND, "INSERT INTO nowhere VALUES (1)"])).toThrow(
        "no such table",
      );
      expect(rows(storage, "SELECT * FROM shelf")).toEqual([["a"]]);
      expect(rows(storage, "SELECT version FROM schema_version")).toEqual([[1]]);
    });
  });

  it("that is newer than the code is left alone: a roll-back must not write into it", async () => {
    await inStorage((storage) => {
      migrate(storage, [FIRST, SECOND]);
      expect(() => migrate(storage, [FIRST])).toThrow("schema 2");
    });
  });
});
