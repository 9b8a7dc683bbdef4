import { Drawer } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import type { SidePanelProps } from "./side-panel-props.ts";

export function SideDrawer({ opened, onClose, title, size = 520, children }: SidePanelProps) {
  const phone = useMediaQuery("(max-width: 47.99em)");
  return (
    <Drawer
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
