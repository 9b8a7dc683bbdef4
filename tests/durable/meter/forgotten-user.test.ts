/** A user who was deleted: the books stay, and know him by his id alone. */
import { describe, expect, it } from "vitest";
import { inStorage, isolate, meter, NOON, record, stopClock, type TestMeter } from "./support.ts";

isolate();
stopClock();

const ANN = { user_id: "usr_ann", user_email: "ann@example.com" };
const BOB = { user_id: "usr_bob", user_email: "bob@example.com" };

const emails = async (own: TestMeter) =>
  (await own.requests({ limit: 50 })).data.map((one) => one.user_email).toSorted();

/** All texts that the meter keeps but the audit, as one. */
const everything = (own: TestMeter) =>
  inStorage(own, ({ sql }) =>
    ["words", "notices", "users", "records"]
      .map((table) => JSON.stringify(sql.exec(`SELECT * FROM ${table}`).toArray()))
      .join(),
  );

describe("a forgotten user", () => {
  it("leaves his records and sums, without any e-mail he ever had", async () => {
    const own = meter();
    await own.record([
      record("req_1", NOON, { ...ANN, user_email: "ann@old.example" }),
      record("req_2", NOON, ANN),
      record("req_3", NOON, BOB),
    ]);
    await own.notice([
      {
        ...{ id: "n1", at: new Date(NOON).toISOString(), kind: "low_balance", ...ANN },
        ...{ threshold_micro: 10, available_micro: 5 },
      },
    ]);
    const charged = async () => {
      const span = { from: NOON - 1, to: NOON + 3_600_000, step: "hour" as const };
      const buckets = await own.usage({ ...span, by: "user" });
      return buckets.map(({ key, calls, charged_micro }) => [key, calls, charged_micro]).toSorted();
    };
    await own.forgetUser("usr_ann");
    expect(await emails(own)).toEqual(["", "", "bob@example.com"]);
    const kept = await everything(own);
    for (const email of ["ann@example.com", "ann@old.example"]) expect(kept).not.toContain(email);
    expect(await charged()).toEqual([
      ["bob@example.com", 1, 40],
      ["usr_ann", 2, 80],
    ]);
  });

  it("takes no e-mail from somebody else who has had it too", async () => {
    const own = meter();
    const shared = { user_email: "team@example.com" };
    await own.record([
      record("req_1", NOON, { ...ANN, ...shared }),
      record("req_2", NOON, { ...BOB, ...shared }),
    ]);
    await own.forgetUser("usr_ann");
    expect(await emails(own)).toEqual(["", "team@example.com"]);
  });

  it("is forgotten twice without harm, and known again where he has come back", async () => {
    const own = meter();
    await own.record([record("req_1", NOON, ANN)]);
    await own.forgetUser("usr_ann");
    await own.forgetUser("usr_ann");
    await own.forgetUser("usr_never");
    await own.record([record("req_2", NOON, { ...ANN, user_id: "usr_new" })]);
    expect(await emails(own)).toEqual(["", "ann@example.com"]);
  });
});
