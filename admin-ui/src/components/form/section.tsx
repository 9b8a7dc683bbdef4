/** A titled part of a form, and the grid that its short fields stand in. */
import { Group, Stack, Text, Title } from "@mantine/core";
import type { ReactNode } from "react";
import classes from "./form.module.css";

interface Props {
  title: string;
  description?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
}

export function FormSection({ title, description, actions, children }: Props) {
  return (
    <section className={classes.section}>
      <Group justify="space-between" align="flex-start" className={classes.sectionHead ?? ""}>
        <div>
          <Title order={2}>{title}</Title>
          {description && (
            <Text size="sm" c="dimmed" mt={2}>
              {description}
            </Text>
          )}
        </div>
        {actions}
      </Group>
      <Stack gap="md">{children}</Stack>
    </section>
  );
}

export function FieldGrid({ children }: { children: ReactNode }) {
  return <div className={classes.grid}>{children}</div>;
}
