import { type ComponentType, lazy, type ReactNode, Suspense } from "react";

/**
 * A component in a chunk of its own: `lazyPart(async () => (await import("./x.tsx")).X)`. It waits
 * behind a boundary of its own, so that the page around it stays while it loads.
 */
export function lazyPart<Props extends object>(
  load: () => Promise<ComponentType<Props>>,
  fallback: (props: Props) => ReactNode = () => null,
): ComponentType<Props> {
  const Part = lazy(async () => ({ default: await load() })) as unknown as ComponentType<Props>;
  // biome-ignore lint/correctness/noComponentHookFactories: called once per module, never in a render
  return function LazyPart(props: Props) {
    return (
      <Suspense fallback={fallback(props)}>
        <Part {...props} />
      </Suspense>
    );
  };
}
