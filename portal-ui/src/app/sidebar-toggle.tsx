import { IconButton } from "../components/icon-button.tsx";
import { useText } from "../lib/i18n.ts";
import { NARROW, useMedia } from "../lib/media.ts";
import { useStore } from "../lib/store.ts";
import { collapsedStore, drawerStore, setCollapsed } from "./sidebar-state.ts";

/** Brings the side bar back, where it is out of sight. */
export function SidebarToggle() {
  const text = useText();
  const narrow = useMedia(NARROW);
  const collapsed = useStore(collapsedStore);
  if (narrow) {
    return (
      <IconButton icon="menu" label={text.openSidebar} onClick={() => drawerStore.set(true)} />
    );
  }
  if (!collapsed) return null;
  return (
    <IconButton icon="sidebar" label={text.expandSidebar} onClick={() => setCollapsed(false)} />
  );
}
