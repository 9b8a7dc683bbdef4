import type { Agent } from "@contract";
import { Radio, Stack, Switch, Textarea, TextInput } from "@mantine/core";
import type { UseFormReturnType } from "@mantine/form";
import type { ReactNode } from "react";
import { useMay } from "../../app/may.tsx";
import { AccessEditor } from "../../components/access-editor.tsx";
import { Suggest } from "../../components/form/choice.tsx";
import { GuardedForm } from "../../components/form/guarded-form.tsx";
import { AmountInput, LinesInput } from "../../components/form/inputs.tsx";
import { FieldGrid, FormSection } from "../../components/form/section.tsx";
import { useEntityForm } from "../../components/form/use-entity-form.ts";
import { call } from "../../lib/api.ts";
import { commonTexts } from "../../lib/common-texts.ts";
import { useTexts } from "../../lib/i18n.ts";
import { lazyPart } from "../../lib/lazy-part.tsx";
import { slugFrom } from "../../lib/slug.ts";
import { checks, problems } from "../../lib/validation.ts";
import { type AgentValues, agentConfig, agentValues } from "./agent-values.ts";
import classes from "./agents.module.css";
import { TargetSection } from "./target-section.tsx";
import { agentTexts } from "./texts.ts";

const AgentPreview = lazyPart(async () => (await import("./agent-preview.tsx")).AgentPreview);

type Form = UseFormReturnType<AgentValues>;

interface Props {
  agent: Agent | null;
  /** The others: their ids are taken, their groups are suggested. */
  others: readonly Agent[];
  onSaved: (agent: Agent) => void | Promise<void>;
  onCancel: () => void;
  extra?: ReactNode;
}

function useAgentForm({ agent, others, onSaved }: Props) {
  const check = checks(useTexts(commonTexts).form);
  const taken = others.map((other) => other.slug);
  return useEntityForm<AgentValues, Agent>({
    initial: {
      ...agentValues(agent),
      ...(agent ? {} : { order: Math.max(0, ...others.map((other) => other.order + 1)) }),
    },
    refreshes: [["agents"], ["prices"], ["connections"], ["overview"]],
    validate: (values) => {
      const prompt = values.target === "prompt";
      const { temperature, topP, maxOutputTokens } = values.parameters;
      return problems({
        connection: prompt ? null : check.required(values.connection),
        model: prompt ? check.required(values.model) : null,
        "parameters.temperature": check.optionalNumber(temperature, 0, 2),
        "parameters.topP": check.optionalNumber(topP, 0, 1),
        "parameters.maxOutputTokens": check.optionalNumber(maxOutputTokens, 1, 1e7),
        name: check.required(values.name),
        slug: check.slug(values.slug, taken),
        perMessage: values.price === "perMessage" ? check.number(values.perMessage, 0, 1e6) : null,
      });
    },
    save: (values) =>
      agent
        ? call("PUT /api/admin/agents/{id}", {
            params: { id: agent.id },
            body: agentConfig(values),
          })
        : call("POST /api/admin/agents", { body: agentConfig(values) }),
    onSaved,
  });
}

export function AgentForm(props: Props) {
  const t = useTexts(agentTexts);
  const kit = useAgentForm(props);
  const { form } = kit;
  const mayTry = useMay("publishing.write");
  return (
    <div className={classes.editor}>
      <GuardedForm kit={kit} onCancel={props.onCancel} extra={props.extra}>
        <TargetSection form={form} />
        <LookSection form={form} {...props} />
        <PriceSection form={form} />
        <FormSection title={t.access}>
          <AccessEditor
            value={form.values.access}
            onChange={(access) => form.setFieldValue("access", access)}
          />
        </FormSection>
      </GuardedForm>
      {mayTry && <AgentPreview values={form.values} />}
    </div>
  );
}

function LookSection({ form, agent, others }: Props & { form: Form }) {
  const t = useTexts(agentTexts);
  const name = form.getInputProps("name");
  const followName = () => {
    if (agent || form.values.slug !== "" || !form.values.name) return;
    const taken = others.map((other) => other.slug);
    form.setFieldValue("slug", slugFrom(form.values.name, taken, "agent"));
  };
  return (
    <FormSection title={t.look}>
      <FieldGrid>
        <TextInput
          label={t.name}
          maxLength={100}
          {...name}
          onBlur={(event) => {
            name.onBlur?.(event);
            followName();
          }}
        />
        <TextInput label={t.slug} description={t.slugHelp} {...form.getInputProps("slug")} />
      </FieldGrid>
      <FieldGrid>
        <Suggest
          label={t.group}
          data={[...new Set(others.map((other) => other.group).filter(Boolean))]}
          {...form.getInputProps("group")}
        />
        <TextInput label={t.icon} description={t.iconHelp} {...form.getInputProps("icon")} />
      </FieldGrid>
      <Textarea
        label={t.description}
        autosize
        minRows={2}
        maxLength={2000}
        {...form.getInputProps("description")}
      />
      <Textarea
        label={t.opening}
        autosize
        minRows={2}
        maxLength={10_000}
        {...form.getInputProps("openingMessage")}
      />
      <LinesInput
        label={t.questions}
        placeholder={t.questionsHelp}
        {...form.getInputProps("suggestedQuestions")}
      />
      <Stack gap="sm">
        <Switch label={t.enabled} {...form.getInputProps("enabled", { type: "checkbox" })} />
        <Switch label={t.vision} {...form.getInputProps("vision", { type: "checkbox" })} />
        <Switch label={t.files} {...form.getInputProps("files", { type: "checkbox" })} />
      </Stack>
    </FormSection>
  );
}

function PriceSection({ form }: { form: Form }) {
  const t = useTexts(agentTexts);
  return (
    <FormSection title={t.price}>
      <Radio.Group aria-label={t.price} {...form.getInputProps("price")}>
        <Stack gap="xs">
          <Radio value="free" label={t.priceFree} />
          <Radio value="perMessage" label={t.pricePerMessage} />
          <Radio value="byTokens" label={t.priceByTokens} />
        </Stack>
      </Radio.Group>
      {form.values.price === "perMessage" && (
        <AmountInput label={t.credits} maw={240} {...form.getInputProps("perMessage")} />
      )}
    </FormSection>
  );
}
