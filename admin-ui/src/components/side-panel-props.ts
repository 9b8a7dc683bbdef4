import type { ReactNode } from "react";

export interface SidePanelProps {
  opened: boolean;
  onClose: () => void;
  title: ReactNode;
  size?: number;
  children: ReactNode;
}
