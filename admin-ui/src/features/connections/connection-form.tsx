import type { Connection, ConnectorInfo, ProbeResult } from "@contract";
import { Button, Switch, TextInput } from "@mantine/core";
import { IconActivity } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { GuardedForm } from "../../components/form/guarded-form.tsx";
import { FieldGrid, FormSection } from "../../components/form/section.tsx";
import { useEntityForm } from "../../components/form/use-entity-form.ts";
import { call } from "../../lib/api.ts";
import { commonTexts } from "../../lib/common-texts.ts";
import { useLocalText, useTexts } from "../../lib/i18n.ts";
import { useNotify } from "../../lib/notify.tsx";
import { slugFrom } from "../../lib/slug.ts";
import { checks, problems } from "../../lib/validation.ts";
import {
  type ConnectionValues,
  connectionBody,
  connectionValues,
  fieldProblem,
  secretFields,
  settingFields,
} from "./connection-values.ts";
import classes from "./connections.module.css";
import { Diagnosis } from "./diagnosis.tsx";
import { GuideInput } from "./guide-field.tsx";
import { GuideSteps } from "./guide-steps.tsx";
import { SecretsSection } from "./secrets-section.tsx";
import { connectionTexts } from "./texts.ts";

interface Props {
  connector: ConnectorInfo;
  connection: Connection | null;
  /** Ids of the others. */
  taken: readonly string[];
  submitLabel?: string;
  onSaved: (connection: Connection) => void | Promise<void>;
  onCancel: () => void;
  extra?: ReactNode;
}

function useValidate({ connector, connection, taken }: Props) {
  const { form: words } = useTexts(commonTexts);
  const local = useLocalText();
  const check = checks(words);
  return (values: ConnectionValues) => {
    const found: Record<string, string | null> = {
      name: check.required(values.name),
      id: check.slug(values.id, connection ? [] : taken),
    };
    for (const field of settingFields(connector)) {
      found[`settings.${field.name}`] = fieldProblem(field, values.settings[field.name] ?? "", {
        ...words,
        local,
      });
    }
    for (const [index, secret] of values.secrets.entries()) {
      if (secret.kept) continue;
      for (const field of secretFields(connector)) {
        found[`secrets.${index}.values.${field.name}`] = fieldProblem(
          field,
          secret.values[field.name] ?? "",
          { ...words, local },
        );
      }
    }
    return problems(found);
  };
}

/** The guided form: what the platform asks for, how to get it, and a test before it is saved. */
export function ConnectionForm(props: Props) {
  const { connector, connection, taken } = props;
  const t = useTexts(connectionTexts);
  const local = useLocalText();
  const notify = useNotify();
  const [initial] = useState(() =>
    connectionValues(connector, connection, {
      id: slugFrom(connector.id, taken, "connection"),
      name: local(connector.label),
    }),
  );
  const kit = useEntityForm<ConnectionValues, Connection>({
    initial,
    refreshes: [["connections"], ["offers"], ["overview"]],
    validate: useValidate(props),
    save: (values) => {
      const body = connectionBody(connector, values);
      return connection
        ? call("PUT /api/admin/connections/{id}", { params: { id: connection.id }, body })
        : call("POST /api/admin/connections", { body });
    },
    onSaved: props.onSaved,
  });
  const { form } = kit;
  const test = useMutation<ProbeResult, Error, ConnectionValues>({
    mutationFn: (values) =>
      call("POST /api/admin/connections/test", { body: connectionBody(connector, values) }),
    onError: notify.failed,
  });
  const runTest = () => {
    const { hasErrors } = form.validate() as { hasErrors: boolean };
    if (hasErrors) kit.submit();
    else test.mutate(form.values);
  };
  return (
    <div className={classes.columns}>
      <div className={classes.form}>
        <GuardedForm
          kit={kit}
          onCancel={props.onCancel}
          {...(props.submitLabel ? { submitLabel: props.submitLabel } : {})}
          extra={
            <>
              <Button
                variant="light"
                leftSection={<IconActivity size={16} aria-hidden />}
                loading={test.isPending}
                onClick={runTest}
              >
                {t.test}
              </Button>
              {props.extra}
            </>
          }
        >
          <FormSection title={t.basics}>
            <FieldGrid>
              <TextInput label={t.name} maxLength={100} {...form.getInputProps("name")} />
              <TextInput
                label={t.id}
                description={t.idHelp}
                readOnly={connection !== null}
                variant={connection ? "filled" : "default"}
                {...form.getInputProps("id")}
              />
            </FieldGrid>
            {settingFields(connector).map((field) => (
              <GuideInput
                key={field.name}
                field={field}
                path={`settings.${field.name}`}
                bind={(path) => form.getInputProps(path)}
              />
            ))}
            {connection && (
              <Switch label={t.enabled} {...form.getInputProps("enabled", { type: "checkbox" })} />
            )}
          </FormSection>
          {secretFields(connector).length > 0 && (
            <SecretsSection form={form} connector={connector} />
          )}
          {(test.isPending || test.data) && (
            <Diagnosis result={test.isPending || !test.data ? "running" : test.data} />
          )}
        </GuardedForm>
      </div>
      <GuideSteps guide={connector.guide} />
    </div>
  );
}
