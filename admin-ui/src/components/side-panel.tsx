/** The one drawer: the details of a row, or a short form, over the list it belongs to. */
import { type ReactNode, useState } from "react";
import { lazyPart } from "../lib/lazy-part.tsx";

export interface SidePanelProps {
  opened: boolean;
  onClose: () => void;
  title: ReactNode;
  size?: number;
  children: ReactNode;
}

const SideDrawer = lazyPart(async () => (await import("./side-drawer.tsx")).SideDrawer);

/** Loaded when it opens first; then stays, so that closing can be seen. */
export function SidePanel(props: SidePanelProps) {
  const [used, setUsed] = useState(props.opened);
  if (props.opened && !used) setUsed(true);
  return used && <SideDrawer {...props} />;
}
