import { EmptyState } from "@mantine/core";
import type { ReactNode } from "react";

interface NothingProps {
  icon: ReactNode;
  title: string;
  help: string;
  action?: ReactNode;
}

/** An empty list says what it is for and offers the next step. */
export function Nothing({ icon, title, help, action }: NothingProps) {
  return (
    <EmptyState withIndicatorBackground py={48} px="md">
      <EmptyState.Indicator>{icon}</EmptyState.Indicator>
      <EmptyState.Title order={2}>{title}</EmptyState.Title>
      <EmptyState.Description maw={440}>{help}</EmptyState.Description>
      {action && <EmptyState.Actions>{action}</EmptyState.Actions>}
    </EmptyState>
  );
}
