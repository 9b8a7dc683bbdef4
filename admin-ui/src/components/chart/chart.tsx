/** A chart that is loaded when it is first seen: it weighs more than the rest of the console. */
import { Skeleton } from "@mantine/core";
import { lazy, Suspense } from "react";
import type { BarsProps } from "./bars.tsx";

const Bars = lazy(async () => ({ default: (await import("./bars.tsx")).Bars }));

export function Chart(props: BarsProps) {
  return (
    <Suspense fallback={<Skeleton h={props.height ?? 280} aria-hidden />}>
      <Bars {...props} />
    </Suspense>
  );
}
