/** A chart that is loaded when it is first seen: it weighs more than the rest of the console. */
import { Skeleton } from "@mantine/core";
import { lazyPart } from "../../lib/lazy-part.tsx";
import type { BarsProps } from "./bars.tsx";

export const Chart = lazyPart<BarsProps>(
  async () => (await import("./bars.tsx")).Bars,
  ({ height = 280 }) => <Skeleton h={height} aria-hidden />,
);
