import fc from "fast-check";
import { expect, it } from "vitest";
import { UPSTREAM_REASONS } from "../../src/core/run.ts";
import {
  END,
  failure,
  type Piece,
  reported,
  type Script,
  type Staged,
  stage,
  text,
} from "./run-fixture.ts";

const answer = (...pieces: Piece[]): Script => ({ pieces });
const endings = ({ calls }: Staged) => calls.filter(({ what }) => what !== "progress");

const anyPiece: fc.Arbitrary<Piece> = fc.oneof(
  fc.constant<Piece>([]),
  fc.constant<Piece>([{ type: "run-start" }]),
  fc.string({ maxLength: 60 }).map((value): Piece => [text(value)]),
  fc.tuple(fc.nat(50), fc.nat(50)).map(([input, output]): Piece => [reported(input, output)]),
  fc.constant<Piece>([{ type: "status", label: "thinking", state: "running" }]),
);
const anyError = fc.constantFrom(...UPSTREAM_REASONS).map((reason) => failure(reason));
const anyEnd: fc.Arbitrary<Piece[]> = fc.oneof(
  fc.constant<Piece[]>([[END]]),
  anyError.map((error): Piece[] => [{ broken: error }]),
  anyError.map((error): Piece[] => [[{ type: "run-error", error }]]),
  fc.constant<Piece[]>([]),
);
const anyScript: fc.Arbitrary<Script> = fc.oneof(
  anyError.map((error): Script => ({ refused: error })),
  fc
    .tuple(fc.array(anyPiece, { maxLength: 8 }), anyEnd)
    .map(([pieces, end]) => answer(...pieces, ...end)),
);

it("whatever the upstreams do and whenever the reader leaves: one ending, one settlement, no charge for nothing", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(anyScript, { minLength: 2, maxLength: 2 }),
      fc.option(fc.nat(12), { nil: null }),
      fc.constantFrom("left" as const, "stop" as const),
      fc.constantFrom("cancel" as const, "drain" as const),
      async (scripts, leavesAfter, why, disconnect) => {
        const staged = stage({ scripts, disconnect });
        let steps = 0;
        let terminals = 0;
        for (let step = await staged.run.next(); step; step = await staged.run.next()) {
          terminals += step.events.filter(
            ({ type }) => type === "run-end" || type === "run-error",
          ).length;
          if (steps++ === leavesAfter) {
            staged.run.cancel(why);
            break;
          }
        }
        while (staged.deferred.length > 0) await Promise.all(staged.deferred.splice(0));
        expect(endings(staged)).toHaveLength(1);
        expect(terminals).toBeLessThanOrEqual(1);
        if (leavesAfter === null) expect(terminals).toBe(1);
        const [ending] = endings(staged);
        const total = staged.run.settlement;
        expect(total?.costMicro).toBe(ending?.what === "settle" ? ending.request.costMicro : 0);
        expect(staged.run.attempts.map(({ connection }) => connection)).toEqual(staged.opened);
      },
    ),
    { numRuns: 500 },
  );
});
