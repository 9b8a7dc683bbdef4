/** The one drawer: the details of a row, or a short form, over the list it belongs to. */
import { Drawer } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import type { ReactNode } from "react";

interface Props {
  opened: boolean;
  onClose: () => void;
  title: ReactNode;
  size?: number;
  children: ReactNode;
}

export function SidePanel({ opened, onClose, title, size = 520, children }: Props) {
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
