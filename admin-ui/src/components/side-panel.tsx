/** The one drawer: the details of a row, or a short form, over the list it belongs to. */
import { useState } from "react";
import { lazyPart } from "../lib/lazy-part.tsx";
import type { SidePanelProps } from "./side-panel-props.ts";

const SideDrawer = lazyPart(async () => (await import("./side-drawer.tsx")).SideDrawer);

/** Loaded when it opens first; then stays, so that closing can be seen. */
export function SidePanel(props: SidePanelProps) {
  const [used, setUsed] = useState(props.opened);
  if (props.opened && !used) setUsed(true);
  return used && <SideDrawer {...props} />;
}
