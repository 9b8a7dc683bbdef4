import { Drawer } from "@mantine/core";
import { useMediaQuery, useWindowEvent } from "@mantine/hooks";
import type { SidePanelProps } from "./side-panel-props.ts";

/** Esc belongs to the dialog on top: closing the panel below would throw away what it shows. */
const isTopmost = () => document.querySelectorAll('[role="dialog"][aria-modal="true"]').length <= 1;

export function SideDrawer({ opened, onClose, title, size = 520, children }: SidePanelProps) {
  const phone = useMediaQuery("(max-width: 47.99em)");
  useWindowEvent("keydown", (event) => {
    if (event.key === "Escape" && opened && isTopmost()) onClose();
  });
  return (
    <Drawer
      closeOnEscape={false}
      opened={opened}
      onClose={onClose}
      title={title}
      size={phone ? "100%" : size}
      styles={{ title: { fontWeight: 650, fontSize: "1.0625rem" } }}
    >
      {children}
    </Drawer>
  );
}
