import type { MailPage } from "@contract";
import { Alert, Button, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { Choice } from "../../components/form/choice.tsx";
import { GuardedForm } from "../../components/form/guarded-form.tsx";
import { AmountInput } from "../../components/form/inputs.tsx";
import { SecretInput } from "../../components/form/secret-input.tsx";
import { FieldGrid, FormSection } from "../../components/form/section.tsx";
import { useEntityForm } from "../../components/form/use-entity-form.ts";
import { call } from "../../lib/api.ts";
import { commonTexts } from "../../lib/common-texts.ts";
import { useErrorText } from "../../lib/errors.ts";
import { useTexts } from "../../lib/i18n.ts";
import { useNotify } from "../../lib/notify.tsx";
import { checks, problems } from "../../lib/validation.ts";
import { inputOf, type MailValues, valuesOf } from "./mail-values.ts";
import { mailTexts } from "./texts.ts";

const SECURITIES = ["tls", "starttls", "none"] as const;

export function MailForm({ page }: { page: MailPage }) {
  const t = useTexts(mailTexts);
  const check = checks(useTexts(commonTexts).form);
  const notify = useNotify();
  const kit = useEntityForm<MailValues, unknown>({
    initial: valuesOf(page),
    refreshes: [["mail"]],
    validate: ({ way, sender, host, port }) =>
      problems({
        sender: way === "deployment" ? null : check.email(sender),
        host: way === "smtp" ? check.required(host) : null,
        port: way === "smtp" ? check.number(port, 1, 65_535) : null,
      }),
    save: async (values) => {
      const body = inputOf(values);
      if (body) await call("PUT /api/admin/mail", { body });
      else await call("DELETE /api/admin/mail");
    },
    onSaved: () => notify.done(t.saved),
  });
  const { form } = kit;
  const { way } = form.values;
  const ways = [
    { value: "deployment", label: t.asDeployment },
    { value: "smtp", label: t.smtp },
    { value: "http", label: t.http },
    ...(page.binding ? [{ value: "binding", label: t.binding }] : []),
  ];
  return (
    <GuardedForm kit={kit} extra={<TestButton values={form.values} />}>
      <FormSection title={t.sending}>
        <FieldGrid>
          <Choice label={t.way} data={ways} {...form.getInputProps("way")} />
          {way !== "deployment" && (
            <TextInput
              label={t.sender}
              description={t.senderHelp}
              autoComplete="off"
              {...form.getInputProps("sender")}
            />
          )}
        </FieldGrid>
        {way === "deployment" && <Deployment page={page} />}
        {way === "smtp" && (
          <FieldGrid>
            <TextInput label={t.host} {...form.getInputProps("host")} />
            <AmountInput label={t.port} {...form.getInputProps("port")} />
            <Choice
              label={t.security}
              data={SECURITIES.map((value) => ({ value, label: t.securities[value] }))}
              {...form.getInputProps("security")}
            />
            <TextInput label={t.user} autoComplete="off" {...form.getInputProps("user")} />
          </FieldGrid>
        )}
        {way === "http" && (
          <TextInput label={t.url} description={t.urlHelp} {...form.getInputProps("url")} />
        )}
        {(way === "smtp" || way === "http") && (
          <SecretInput
            label={way === "smtp" ? t.password : t.apiKey}
            description={
              page.own?.secretHint
                ? t.keep(page.own.secretHint)
                : way === "smtp"
                  ? t.passwordHelp
                  : undefined
            }
            autoComplete="off"
            {...form.getInputProps("secret")}
          />
        )}
      </FormSection>
    </GuardedForm>
  );
}

function Deployment({ page: { deployment, development } }: { page: MailPage }) {
  const t = useTexts(mailTexts);
  const { transport, sender } = deployment;
  if (transport !== "outbox") {
    return <Alert color="gray">{t.deploymentSends(t.ways[transport], sender)}</Alert>;
  }
  return <Alert color="yellow">{development ? t.nowhereHere : t.nowhere}</Alert>;
}

/** Tries what is in the form, saved or not. */
function TestButton({ values }: { values: MailValues }) {
  const t = useTexts(mailTexts);
  const errorText = useErrorText();
  const test = useMutation({
    mutationFn: () => call("POST /api/admin/mail/test", { body: { settings: inputOf(values) } }),
  });
  const { data, error } = test;
  return (
    <>
      {error && (
        <Alert color="red" role="alert">
          {errorText(error)}
        </Alert>
      )}
      {data && (
        <Alert color={data.ok ? "green" : "red"} role="status">
          {data.ok ? t.testOk(data.detail) : `${t.problems[data.problem ?? ""]} ${data.detail}`}
        </Alert>
      )}
      <Button variant="default" loading={test.isPending} onClick={() => test.mutate()}>
        {t.test}
      </Button>
    </>
  );
}
