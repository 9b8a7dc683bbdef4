/** The parameters that go with every question, to both sides of a comparison. */
import { Button, Stack, Switch, Textarea } from "@mantine/core";
import type { ReactNode } from "react";
import { Choice } from "../../components/form/choice.tsx";
import { AmountInput, LinesInput } from "../../components/form/inputs.tsx";
import { commonTexts } from "../../lib/common-texts.ts";
import { useTexts } from "../../lib/i18n.ts";
import { checks, problems } from "../../lib/validation.ts";
import classes from "./playground.module.css";
import { type Parameters, PLAIN_PARAMETERS, schemaOf } from "./request.ts";
import { playgroundTexts } from "./texts.ts";

const STOP_MAX = 4;
const FORMATS = ["text", "json_object", "json_schema"] as const;

/** What is wrong with them, by field. */
export function useProblems(parameters: Parameters): Record<string, string> {
  const t = useTexts(playgroundTexts);
  const check = checks(useTexts(commonTexts).form);
  const { temperature, topP, maxTokens, stop, format, schema } = parameters;
  const badSchema = format === "json_schema" && schemaOf(schema) === null;
  return problems({
    temperature: check.optionalNumber(temperature, 0, 2),
    topP: check.optionalNumber(topP, 0, 1),
    maxTokens: check.optionalNumber(maxTokens, 1, 1e7),
    stop: stop.length > STOP_MAX ? t.stopHelp : null,
    schema: badSchema ? t.schemaWrong : null,
  });
}

interface Props {
  value: Parameters;
  onChange: (value: Parameters) => void;
  wrong: Record<string, string>;
  children: ReactNode;
}

export function SettingsPanel({ value, onChange, wrong, children }: Props) {
  const t = useTexts(playgroundTexts);
  const set = (patch: Partial<Parameters>) => onChange({ ...value, ...patch });
  const amount = (name: "temperature" | "topP" | "maxTokens") => (
    <AmountInput
      label={t[name]}
      placeholder={t.open}
      value={value[name]}
      onChange={(next) => set({ [name]: next })}
      error={wrong[name]}
    />
  );
  return (
    <Stack gap="md">
      <Textarea
        label={t.system}
        description={t.systemHelp}
        autosize
        minRows={3}
        maxRows={12}
        value={value.system}
        onChange={(event) => set({ system: event.currentTarget.value })}
      />
      <div className={classes.amounts}>
        {amount("temperature")}
        {amount("topP")}
        {amount("maxTokens")}
      </div>
      <LinesInput
        label={t.stop}
        description={t.stopHelp}
        minRows={1}
        value={value.stop}
        onChange={(stop) => set({ stop })}
        error={wrong.stop}
      />
      <Choice
        label={t.format}
        data={FORMATS.map((format) => ({ value: format, label: t.formats[format] }))}
        value={value.format}
        onChange={(format) => set({ format: (format ?? "text") as Parameters["format"] })}
      />
      {value.format === "json_schema" && (
        <Textarea
          label={t.schema}
          autosize
          minRows={4}
          maxRows={16}
          spellCheck={false}
          styles={{ input: { fontFamily: "var(--mantine-font-family-monospace)" } }}
          value={value.schema}
          onChange={(event) => set({ schema: event.currentTarget.value })}
          error={wrong.schema}
        />
      )}
      <Switch
        label={t.stream}
        checked={value.stream}
        onChange={(event) => set({ stream: event.currentTarget.checked })}
      />
      {children}
      <Button variant="default" size="xs" onClick={() => onChange(PLAIN_PARAMETERS)}>
        {t.reset}
      </Button>
    </Stack>
  );
}
