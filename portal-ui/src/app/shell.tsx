import { lazy, type ReactNode, Suspense, useLayoutEffect, useRef } from "react";
import { useLocation } from "wouter";
import { useText } from "../lib/i18n.ts";
import { NARROW, useMedia } from "../lib/media.ts";
import { useShortcuts } from "../lib/shortcuts.ts";
import { useStore } from "../lib/store.ts";
import { useSession } from "./session.ts";
import { openShortcuts, ShortcutHelp } from "./shortcut-help.tsx";
import { Sidebar } from "./sidebar.tsx";
import { collapsedStore, drawerStore, setCollapsed } from "./sidebar-state.ts";

const ActingBanner = lazy(() =>
  import("../features/acting/acting-banner.tsx").then((part) => ({ default: part.ActingBanner })),
);

/** The frame of every page behind log-in: side bar or drawer, and the page. */
export function Shell({ children }: { children: ReactNode }) {
  const text = useText();
  const { actingUntil } = useSession();
  const [, navigate] = useLocation();
  const narrow = useMedia(NARROW);
  const collapsed = useStore(collapsedStore);
  const drawer = useStore(drawerStore);
  const searchField = useRef<HTMLInputElement>(null);
  const closeDrawer = () => drawerStore.set(false);

  useShortcuts({
    "mod+k": () => {
      if (narrow) drawerStore.set(true);
      else setCollapsed(false);
      // The field may only be drawn with the side bar.
      requestAnimationFrame(() => searchField.current?.focus());
    },
    "mod+shift+o": () => navigate("/new"),
    "mod+/": openShortcuts,
  });

  return (
    <div className={narrow ? "shell narrow" : "shell"}>
      <a className="skip-link" href="#content">
        {text.skipToContent}
      </a>
      {!narrow && !collapsed && (
        <aside className="sidebar-column" aria-label={text.menu}>
          <Sidebar
            searchField={searchField}
            hideLabel={text.collapseSidebar}
            onHide={() => setCollapsed(true)}
            onLeave={() => undefined}
          />
        </aside>
      )}
      {narrow && drawer && (
        <Drawer label={text.menu} onClose={closeDrawer}>
          <Sidebar
            searchField={searchField}
            hideLabel={text.closeSidebar}
            onHide={closeDrawer}
            onLeave={closeDrawer}
          />
        </Drawer>
      )}
      <main id="content" tabIndex={-1}>
        {actingUntil !== null && (
          <Suspense fallback={null}>
            <ActingBanner until={actingUntil} />
          </Suspense>
        )}
        {children}
      </main>
      <ShortcutHelp />
    </div>
  );
}

/** The side bar over the page, on the native dialog. */
function Drawer(props: { label: string; onClose: () => void; children: ReactNode }) {
  const ref = useRef<HTMLDialogElement>(null);
  useLayoutEffect(() => ref.current?.showModal(), []);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the click closes by the backdrop; Escape is the keyboard's way
    <dialog
      ref={ref}
      className="drawer"
      aria-label={props.label}
      onClose={props.onClose}
      onClick={(event) => {
        if (event.target === ref.current) props.onClose();
      }}
    >
      {props.children}
    </dialog>
  );
}
