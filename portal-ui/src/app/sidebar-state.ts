/** Whether the side bar is shown: a drawer on phones, a column that can be hidden elsewhere. */
import { recall, remember } from "../lib/storage.ts";
import { createStore } from "../lib/store.ts";

export const drawerStore = createStore(false);
export const collapsedStore = createStore(recall("sidebar") === "hidden");

export function setCollapsed(collapsed: boolean): void {
  collapsedStore.set(collapsed);
  remember("sidebar", collapsed ? "hidden" : null);
}
