/** A text to take along, with a button that copies it. */
import { ActionIcon, CopyButton, Group, Text } from "@mantine/core";
import { IconCheck, IconCopy } from "@tabler/icons-react";
import { commonTexts } from "../lib/common-texts.ts";
import { useTexts } from "../lib/i18n.ts";

export function CopyIcon({ value, label }: { value: string; label?: string }) {
  const t = useTexts(commonTexts);
  return (
    <CopyButton value={value} timeout={2000}>
      {({ copied, copy }) => (
        <ActionIcon
          variant="subtle"
          color={copied ? "green" : "gray"}
          onClick={(event) => {
            event.stopPropagation();
            copy();
          }}
          title={label ?? t.copy}
          aria-label={copied ? t.copied : (label ?? t.copy)}
        >
          {copied ? <IconCheck size={16} /> : <IconCopy size={16} />}
        </ActionIcon>
      )}
    </CopyButton>
  );
}

export function CopyText({ value, label }: { value: string; label?: string }) {
  return (
    <Group gap={4} wrap="nowrap">
      <Text component="code" size="sm" ff="monospace" style={{ overflowWrap: "anywhere" }}>
        {value}
      </Text>
      <CopyIcon value={value} {...(label ? { label } : {})} />
    </Group>
  );
}
