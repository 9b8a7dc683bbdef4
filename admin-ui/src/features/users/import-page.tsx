import { IMPORT_FIELDS, type ImportField } from "@contract/import-fields.ts";
import { Alert, Button, Group, Progress, Radio, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { Choice } from "../../components/form/choice.tsx";
import { FieldGrid, FormSection } from "../../components/form/section.tsx";
import { LinkAnchor } from "../../components/links.tsx";
import { PageHead } from "../../components/page.tsx";
import { useErrorText } from "../../lib/errors.ts";
import { useTexts } from "../../lib/i18n.ts";
import { FileDrop } from "./file-drop.tsx";
import {
  guessMapping,
  type ReadFile,
  readCsv,
  rowsOf,
  textOf,
  type Unreadable,
} from "./import-file.ts";
import { ImportOutcome } from "./import-outcome.tsx";
import { importTexts } from "./import-texts.ts";
import { useImport } from "./use-import.ts";

/** Users from a file: choose, say what the columns mean, look, do. */
export function ImportPage() {
  const t = useTexts(importTexts);
  const [file, setFile] = useState<ReadFile | null>(null);
  const [problem, setProblem] = useState<Unreadable | null>(null);
  const take = async (chosen: File) => {
    const read = readCsv(textOf(new Uint8Array(await chosen.arrayBuffer())));
    setProblem(typeof read === "string" ? read : null);
    setFile(typeof read === "string" ? null : read);
  };
  return (
    <>
      <PageHead
        back={<LinkAnchor to="/users">{t.back}</LinkAnchor>}
        title={t.title}
        description={t.help}
      />
      {problem && (
        <Alert color="red" mb="md" role="alert">
          {t[problem]}
        </Alert>
      )}
      {file ? (
        <Import file={file} onAnother={() => setFile(null)} />
      ) : (
        <FileDrop onFile={(chosen) => void take(chosen)} />
      )}
    </>
  );
}

function Import({ file, onAnother }: { file: ReadFile; onAnother: () => void }) {
  const t = useTexts(importTexts);
  const errorText = useErrorText();
  const [mapping, setMapping] = useState(() => guessMapping(file.header));
  const [existing, setExisting] = useState<"update" | "skip">("update");
  const { state, run, reset } = useImport();
  const given = mapping.filter((field) => field !== null);
  const wrong = !given.includes("email")
    ? t.noEmail
    : new Set(given).size < given.length
      ? t.twice
      : null;
  const good = state.results.filter(({ outcome }) => outcome === "create" || outcome === "update");
  const looked = state.results.length > 0 && !state.running && state.failure === null;
  const send = (dryRun: boolean) => void run(rowsOf(file, mapping), existing, dryRun);
  return (
    <Stack gap="lg">
      <FormSection title={t.columns}>
        <FieldGrid>
          {file.header.map((title, column) => (
            <Choice
              // biome-ignore lint/suspicious/noArrayIndexKey: columns have no other identity
              key={column}
              label={title || String(column + 1)}
              description={file.rows[0]?.[column] ?? ""}
              placeholder={t.ignored}
              clearable
              data={IMPORT_FIELDS.map((field) => ({ value: field, label: t.fields[field] }))}
              value={mapping[column] ?? null}
              onChange={(value) => {
                reset();
                setMapping(mapping.with(column, value as ImportField | null));
              }}
            />
          ))}
        </FieldGrid>
        <Radio.Group
          label={t.existing}
          value={existing}
          onChange={(value) => {
            reset();
            setExisting(value === "skip" ? "skip" : "update");
          }}
        >
          <Group gap="md" mt={6}>
            <Radio value="update" label={t.update} />
            <Radio value="skip" label={t.skip} />
          </Group>
        </Radio.Group>
      </FormSection>
      {wrong && <Alert color="yellow">{wrong}</Alert>}
      {state.running && (
        <div role="status">
          <Progress value={(100 * state.done) / Math.max(1, state.total)} aria-label={t.title} />
          <Text size="sm">{t.progress(state.done, state.total)}</Text>
        </div>
      )}
      {state.failure !== null && (
        <Alert color="red" role="alert">
          {errorText(state.failure)}
        </Alert>
      )}
      {looked && <ImportOutcome results={state.results} done={!state.dryRun} />}
      <Group>
        <Button variant="default" onClick={onAnother} disabled={state.running}>
          {t.another}
        </Button>
        {(!looked || state.dryRun) && (
          <Button
            variant={looked ? "default" : "filled"}
            disabled={wrong !== null || state.running}
            onClick={() => send(true)}
          >
            {t.check}
          </Button>
        )}
        {looked && state.dryRun && good.length > 0 && (
          <Button onClick={() => send(false)}>{t.apply(good.length)}</Button>
        )}
      </Group>
    </Stack>
  );
}
