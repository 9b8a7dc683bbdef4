import type { Provider, ProviderCheck, ProviderKindInfo, SignInPage } from "@contract";
import { Button, Switch, TextInput } from "@mantine/core";
import { IconActivity, IconTrash } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useConfirm } from "../../components/confirm.tsx";
import { GuardedForm } from "../../components/form/guarded-form.tsx";
import { FieldGrid, FormSection } from "../../components/form/section.tsx";
import { useEntityForm } from "../../components/form/use-entity-form.ts";
import { call } from "../../lib/api.ts";
import { commonTexts } from "../../lib/common-texts.ts";
import { useLocalText, useTexts } from "../../lib/i18n.ts";
import { useNotify } from "../../lib/notify.tsx";
import { slugFrom } from "../../lib/slug.ts";
import { badLine, checks, problems } from "../../lib/validation.ts";
import { fieldProblem } from "../connections/connection-values.ts";
import classes from "../connections/connections.module.css";
import { GuideInput } from "../connections/guide-field.tsx";
import { GuideSteps } from "../connections/guide-steps.tsx";
import { NewPeopleSection } from "./new-people-section.tsx";
import { CheckResult, OurAddress } from "./provider-parts.tsx";
import {
  domainsOf,
  fieldsIn,
  isDomain,
  type ProviderValues,
  providerBody,
  providerValues,
} from "./provider-values.ts";
import { signInTexts } from "./texts.ts";

interface Props {
  kind: ProviderKindInfo;
  provider: Provider | null;
  page: SignInPage;
  onSaved: (provider: Provider) => void;
  onRemoved: () => void;
  onCancel: () => void;
}

function useValidate({ kind, provider, page }: Props) {
  const t = useTexts(signInTexts);
  const { form: words } = useTexts(commonTexts);
  const local = useLocalText();
  const check = checks(words);
  const taken = page.providers.filter((one) => one.id !== provider?.id).map((one) => one.slug);
  return (values: ProviderValues) => {
    const found: Record<string, string | null> = {
      name: check.required(values.name),
      slug: check.slug(values.slug, taken),
      trusted: badLine(domainsOf(values.trusted), isDomain, t.trustedBad),
    };
    for (const place of ["settings", "secret"] as const) {
      for (const field of fieldsIn(kind, place)) {
        const value = values[place][field.name] ?? "";
        const isKept = place === "secret" && Boolean(provider?.secretHint) && value.trim() === "";
        found[`${place}.${field.name}`] = isKept
          ? null
          : fieldProblem(field, value, { ...words, local });
      }
    }
    return problems(found);
  };
}

function useProviderForm(props: Props) {
  const { kind, provider, page } = props;
  const local = useLocalText();
  const taken = page.providers.map((one) => one.slug);
  const [initial] = useState(() =>
    providerValues(kind, provider, {
      slug: slugFrom(kind.kind, taken, "provider"),
      name: local(kind.label),
    }),
  );
  return useEntityForm<ProviderValues, Provider>({
    initial,
    refreshes: [["sign-in"]],
    validate: useValidate(props),
    save: (values) => {
      const body = providerBody(kind, values);
      return provider
        ? call("PUT /api/admin/sign-in/providers/{id}", { params: { id: provider.id }, body })
        : call("POST /api/admin/sign-in/providers", { body });
    },
    onSaved: props.onSaved,
  });
}

/** What the platform asks for, how to get it, and a test before it is saved. */
export function ProviderForm(props: Props) {
  const { kind, provider, page } = props;
  const t = useTexts(signInTexts);
  const notify = useNotify();
  const kit = useProviderForm(props);
  const { form } = kit;
  const test = useMutation<ProviderCheck, Error, ProviderValues>({
    mutationFn: (values) => {
      const id = provider ? { id: provider.id } : {};
      return call("POST /api/admin/sign-in/test", {
        body: { ...providerBody(kind, values), ...id },
      });
    },
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
              {provider && <Remove provider={provider} onRemoved={props.onRemoved} />}
            </>
          }
        >
          <FormSection title={t.basics}>
            <FieldGrid>
              <TextInput label={t.name} maxLength={60} {...form.getInputProps("name")} />
              <TextInput label={t.slug} description={t.slugHelp} {...form.getInputProps("slug")} />
            </FieldGrid>
            <Switch label={t.enabled} {...form.getInputProps("enabled", { type: "checkbox" })} />
          </FormSection>
          <FormSection title={t.values}>
            <OurAddress kind={kind} slug={form.values.slug} />
            {kind.guide.fields.map((field) => (
              <GuideInput
                key={field.name}
                field={
                  field.in === "secret" && provider?.secretHint
                    ? { ...field, placeholder: t.kept(provider.secretHint) }
                    : field
                }
                path={`${field.in}.${field.name}`}
                bind={(path) => form.getInputProps(path)}
              />
            ))}
          </FormSection>
          <NewPeopleSection
            registration={page.registration}
            bind={(path) =>
              form.getInputProps(path, path === "registers" ? { type: "checkbox" } : {})
            }
          />
          {(test.isPending || test.data) && (
            <CheckResult result={test.isPending || !test.data ? "running" : test.data} />
          )}
        </GuardedForm>
      </div>
      <GuideSteps guide={kind.guide} />
    </div>
  );
}

function Remove({ provider, onRemoved }: { provider: Provider; onRemoved: () => void }) {
  const t = useTexts(signInTexts);
  const notify = useNotify();
  const confirm = useConfirm();
  const queryClient = useQueryClient();
  const ask = () =>
    confirm.ask({
      title: t.removeTitle(provider.name),
      effect: t.removeEffect(provider.people),
      action: t.removeAction,
      run: async () => {
        const params = { id: provider.id };
        await call("DELETE /api/admin/sign-in/providers/{id}", { params });
        await queryClient.invalidateQueries({ queryKey: ["sign-in"] });
        notify.done(t.removed(provider.name));
        onRemoved();
      },
    });
  return (
    <>
      <Button
        variant="subtle"
        color="red"
        leftSection={<IconTrash size={16} aria-hidden />}
        onClick={ask}
      >
        {t.remove}
      </Button>
      {confirm.dialog}
    </>
  );
}
