/** The question as a program would ask it, with the site's own address. */
import { SegmentedControl, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { Choice } from "../../components/form/choice.tsx";
import { LinkAnchor } from "../../components/links.tsx";
import { useTexts } from "../../lib/i18n.ts";
import { CodeBox } from "./code-box.tsx";
import type { ChatBody } from "./request.ts";
import {
  LANGUAGE_NAMES,
  LANGUAGES,
  type Language,
  PROTOCOL_NAMES,
  PROTOCOLS,
  type Protocol,
  sampleOf,
} from "./samples.ts";
import { playgroundTexts } from "./texts.ts";

export function SamplesPanel({ body }: { body: ChatBody }) {
  const t = useTexts(playgroundTexts).samples;
  const [protocol, setProtocol] = useState<Protocol>("chat");
  const [language, setLanguage] = useState<Language>("curl");
  return (
    <Stack gap="md">
      <Text size="sm" c="dimmed">
        {t.help}{" "}
        <LinkAnchor to="/keys" size="sm" underline="always">
          {t.keys}
        </LinkAnchor>
      </Text>
      <Choice
        label={t.protocol}
        description={protocol === "chat" ? undefined : t.conversions}
        data={PROTOCOLS.map((value) => ({ value, label: PROTOCOL_NAMES[value] }))}
        value={protocol}
        onChange={(value) => setProtocol((value ?? "chat") as Protocol)}
      />
      <SegmentedControl
        fullWidth
        aria-label={t.language}
        value={language}
        onChange={(value) => setLanguage(value as Language)}
        data={LANGUAGES.map((value) => ({ value, label: LANGUAGE_NAMES[value] }))}
      />
      <CodeBox label={t.sample} text={sampleOf(protocol, language, location.origin, body)} />
    </Stack>
  );
}
