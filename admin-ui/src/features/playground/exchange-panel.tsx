/** A request and its answer as they went over the wire, and the request's record. */
import { SegmentedControl, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { useTexts } from "../../lib/i18n.ts";
import { RequestPanel } from "../requests/request-panel.tsx";
import { CodeBox } from "./code-box.tsx";
import type { Answer } from "./exchange.ts";
import { playgroundTexts } from "./texts.ts";

const PARTS = ["request", "answer", "record"] as const;
type Part = (typeof PARTS)[number];

export function ExchangePanel({ answer }: { answer: Answer }) {
  const t = useTexts(playgroundTexts).panel;
  const [part, setPart] = useState<Part>("request");
  const known = PARTS.filter((one) => one !== "record" || answer.requestId !== null);
  return (
    <Stack gap="md">
      <SegmentedControl
        fullWidth
        aria-label={t.title}
        value={part}
        onChange={(value) => setPart(value as Part)}
        data={known.map((value) => ({ value, label: t[value] }))}
      />
      {part === "request" && (
        <CodeBox label={t.request} text={JSON.stringify(answer.body, null, 2)} />
      )}
      {part === "answer" &&
        (answer.raw ? (
          <CodeBox label={t.answer} text={answer.raw} />
        ) : (
          <Text size="sm">{t.nothing}</Text>
        ))}
      {part === "record" && answer.requestId && <RequestPanel id={answer.requestId} />}
    </Stack>
  );
}
