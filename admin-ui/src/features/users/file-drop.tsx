import { Button, FileButton, Paper, Stack, Text } from "@mantine/core";
import { type DragEvent, useState } from "react";
import { useTexts } from "../../lib/i18n.ts";
import { importTexts } from "./import-texts.ts";

/** Takes a CSV file, chosen or dropped. */
export function FileDrop({ onFile }: { onFile: (file: File) => void }) {
  const t = useTexts(importTexts);
  const [over, setOver] = useState(false);
  const drag = (inside: boolean) => (event: DragEvent) => {
    event.preventDefault();
    setOver(inside);
  };
  return (
    <Paper
      withBorder
      p="xl"
      {...(over ? { bg: "var(--mantine-primary-color-light)" } : {})}
      onDragOver={drag(true)}
      onDragLeave={drag(false)}
      onDrop={(event) => {
        drag(false)(event);
        const [file] = event.dataTransfer.files;
        if (file) onFile(file);
      }}
    >
      <Stack align="center" gap="xs">
        <FileButton accept=".csv,text/csv,text/plain" onChange={(file) => file && onFile(file)}>
          {(props) => <Button {...props}>{t.choose}</Button>}
        </FileButton>
        <Text size="sm">{t.drop}</Text>
        <Text size="sm" c="dimmed">
          {t.template}
        </Text>
      </Stack>
    </Paper>
  );
}
