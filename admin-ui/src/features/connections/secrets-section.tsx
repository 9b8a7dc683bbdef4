import type { ConnectorInfo } from "@contract";
import { ActionIcon, Button, Group, Stack, Text, TextInput } from "@mantine/core";
import type { UseFormReturnType } from "@mantine/form";
import { IconPlus, IconTrash } from "@tabler/icons-react";
import { AmountInput } from "../../components/form/inputs.tsx";
import { FieldGrid, FormSection } from "../../components/form/section.tsx";
import { useTexts } from "../../lib/i18n.ts";
import { type ConnectionValues, newSecret, secretFields } from "./connection-values.ts";
import classes from "./connections.module.css";
import { ConsentState, RedirectUrl } from "./consent.tsx";
import { GuideInput } from "./guide-field.tsx";
import { connectionTexts } from "./texts.ts";

type Form = UseFormReturnType<ConnectionValues>;

/** Several weighted secrets; a stored one shows its last characters only, until it is replaced. */
export function SecretsSection({ form, connector }: { form: Form; connector: ConnectorInfo }) {
  const t = useTexts(connectionTexts);
  const { secrets } = form.values;
  return (
    <FormSection title={t.secrets} description={t.secretsHelp}>
      <RedirectUrl connector={connector} />
      {secrets.map((secret, index) => (
        <SecretFields
          key={secret.id ?? `new-${index}`}
          form={form}
          connector={connector}
          index={index}
          alone={secrets.length === 1}
        />
      ))}
      <div>
        <Button
          variant="default"
          size="xs"
          leftSection={<IconPlus size={14} aria-hidden />}
          onClick={() => form.insertListItem("secrets", newSecret(connector))}
        >
          {t.addSecret}
        </Button>
      </div>
    </FormSection>
  );
}

interface FieldsProps {
  form: Form;
  connector: ConnectorInfo;
  index: number;
  alone: boolean;
}

function SecretFields({ form, connector, index, alone }: FieldsProps) {
  const t = useTexts(connectionTexts);
  const secret = form.values.secrets[index];
  if (!secret) return null;
  const path = `secrets.${index}`;
  return (
    <Stack gap="sm" className={classes.secret ?? ""}>
      <Group justify="space-between">
        <Text size="sm" fw={600}>
          {secret.name || t.secret(index + 1)}
        </Text>
        {!alone && (
          <ActionIcon
            variant="subtle"
            color="red"
            onClick={() => form.removeListItem("secrets", index)}
            aria-label={t.removeSecret(index + 1)}
          >
            <IconTrash size={16} />
          </ActionIcon>
        )}
      </Group>
      {secret.kept && secret.refused !== null && (
        <Text size="sm" c="red">
          {t.refused(secret.refused)}
        </Text>
      )}
      {secret.kept ? (
        <Group gap="sm">
          {secret.authorised === null ? (
            <Text size="sm" ff="monospace">
              {t.stored(secret.hint)}
            </Text>
          ) : (
            <ConsentState
              connection={form.values.id}
              secret={secret.id ?? ""}
              connector={connector}
              authorised={secret.authorised}
            />
          )}
          <Button
            size="compact-sm"
            variant="default"
            onClick={() => form.setFieldValue(`${path}.kept`, false)}
          >
            {t.replace}
          </Button>
        </Group>
      ) : (
        <>
          {secretFields(connector).map((field) => (
            <GuideInput
              key={field.name}
              field={field}
              path={`${path}.values.${field.name}`}
              bind={(name) => form.getInputProps(name)}
            />
          ))}
          {secret.id && (
            <div>
              <Button
                size="compact-sm"
                variant="subtle"
                onClick={() => form.setFieldValue(`${path}.kept`, true)}
              >
                {t.keep}
              </Button>
            </div>
          )}
        </>
      )}
      {!alone && (
        <FieldGrid>
          <TextInput label={t.secretName} {...form.getInputProps(`${path}.name`)} />
          <AmountInput label={t.weight} {...form.getInputProps(`${path}.weight`)} />
        </FieldGrid>
      )}
    </Stack>
  );
}
