import { ApiError } from "@contract/call.ts";
import { describe, expect, test } from "vitest";
import { isSessionLost } from "../../admin-ui/src/lib/api.ts";
import { errorText } from "../../admin-ui/src/lib/errors.ts";

const error = (
  status: number,
  code: ConstructorParameters<typeof ApiError>[1]["code"],
  message = "x",
) =>
  new ApiError(status, { message, type: "server_error", code, param: null, request_id: "req_1" });

describe("a failure in the reader's words", () => {
  test("a conflict keeps the server's details", () => {
    expect(errorText(error(409, "conflict", "used by model a"), "en")).toContain("used by model a");
    expect(errorText(error(409, "conflict", "used by model a"), "zh-CN")).toContain("当前无法操作");
  });

  test("a failure of ours carries the request id", () => {
    expect(errorText(error(500, "internal"), "en")).toContain("req_1");
  });

  test("no answer at all says so", () => {
    expect(errorText(error(0, "unavailable", "Failed to fetch"), "en")).toContain(
      "could not be reached",
    );
  });

  test("what has no words of its own is the server's sentence", () => {
    expect(errorText(error(400, "invalid_value", "routes: too many"), "en")).toBe(
      "routes: too many",
    );
  });
});

describe("a lost session", () => {
  test("is a 401, but not a wrong password", () => {
    expect(isSessionLost(error(401, "expired_session"))).toBe(true);
    expect(isSessionLost(error(401, "invalid_login"))).toBe(false);
    expect(isSessionLost(error(403, "access_denied"))).toBe(false);
    expect(isSessionLost(new Error("x"))).toBe(false);
  });
});
