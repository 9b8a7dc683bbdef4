/** `npm run chaos -- --seconds 300 [--seed 7] [--users 24]`: prints what happened; 1 when anything is unexplained. */
import { parseArgs } from "node:util";
import { chaos } from "./chaos.ts";

const { values } = parseArgs({
  options: {
    seconds: { type: "string", default: "60" },
    seed: { type: "string", default: String(Date.now() % 1_000_000) },
    users: { type: "string", default: "24" },
  },
});
const numberOf = (name: "seconds" | "seed" | "users", most: number): number => {
  const value = Number(values[name]);
  if (Number.isInteger(value) && value >= 1 && value <= most) return value;
  throw new RangeError(`--${name} must be a whole number from 1 to ${most}`);
};

const options = {
  seconds: numberOf("seconds", 3_600),
  seed: numberOf("seed", 2 ** 32),
  users: numberOf("users", 200),
  apart: [4, 15] as [number, number],
};
console.log(`${options.seconds} s with ${options.users} users, seed ${options.seed}`);
const { figures, unexplained } = await chaos(options);
for (const [what, figure] of Object.entries(figures)) {
  console.log(`${what.padEnd(40)} ${figure.toLocaleString("en")}`);
}
console.log(`${"unexplained".padEnd(40)} ${unexplained.length}`);
for (const problem of unexplained.slice(0, 20)) console.error(`  ${problem}`);
process.exit(unexplained.length === 0 ? 0 : 1);
