import { describe, expect, it } from "vitest";
import { bearerRequest } from "../../../src/connectors/kit/bearer.ts";
import { alternateTurns } from "../../../src/connectors/kit/turns.ts";
import { HISTORY, says } from "../agent-request.ts";

describe("turns", () => {
  it("leave the messages that they were made of as they are", () => {
    const before = structuredClone(HISTORY);
    alternateTurns(HISTORY);
    expect(HISTORY).toEqual(before);
  });

  it("hold the results of tools as the user's, and no message without words or files", () => {
    const picture = { type: "image" as const, url: "https://a.example/a.png" };
    const messages = [
      says("user", "what is it?"),
      says("assistant"),
      says("tool", "a cat"),
      says("user", picture, " ", "sure?"),
    ];
    expect(alternateTurns(messages)).toEqual([
      says("user", "what is it?\n\na cat\n\nsure?", picture),
    ]);
  });

  it("begin with a question, also where the newest of them begin with an answer", () => {
    const messages = ["a", "b", "c", "d", "e"].map((text, at) =>
      says(at % 2 === 0 ? "user" : "assistant", text),
    );
    expect(alternateTurns(messages, 2)).toEqual([says("user", "e")]);
    expect(alternateTurns(messages, 3)).toHaveLength(3);
    expect(alternateTurns([says("assistant", "Hi!")])).toEqual([]);
  });

  it("carry the instructions in front of the first that is left", () => {
    const messages = [says("system", "Be brief."), says("user", "a"), says("system", "And kind.")];
    expect(alternateTurns(messages)).toEqual([says("user", "Be brief.\n\nAnd kind.\n\na")]);
  });
});

describe("a request with a bearer", () => {
  const url = "https://a.example/x";

  it("is a GET until it carries something", () => {
    expect(bearerRequest("k", url)).toEqual({
      method: "GET",
      url,
      headers: { accept: "application/json", authorization: "Bearer k" },
      framing: "json",
    });
    expect(bearerRequest("k", url, { body: { a: 1 } })).toMatchObject({
      method: "POST",
      headers: { "content-type": "application/json" },
      body: '{"a":1}',
    });
  });

  it("leaves the type of a form to whoever encodes it", () => {
    const { headers, method } = bearerRequest("k", url, { form: [{ name: "a", value: "b" }] });
    expect(method).toBe("POST");
    expect(headers).not.toHaveProperty("content-type");
  });

  it("asks for events where it streams, and takes headers of the platform's own", () => {
    const sent = { body: {}, framing: "sse" as const, headers: { "x-own": "1" } };
    expect(bearerRequest("k", url, sent).headers).toMatchObject({
      accept: "text/event-stream",
      "x-own": "1",
    });
  });
});
