import type { Connection } from "@contract";
import { SegmentedControl, Text, Textarea } from "@mantine/core";
import type { UseFormReturnType } from "@mantine/form";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Choice, Suggest } from "../../components/form/choice.tsx";
import { AmountInput } from "../../components/form/inputs.tsx";
import { FieldGrid, FormSection } from "../../components/form/section.tsx";
import { useTexts } from "../../lib/i18n.ts";
import { connectionsQuery, modelsQuery, offersQuery } from "../../lib/queries.ts";
import type { AgentValues } from "./agent-values.ts";
import { agentTexts } from "./texts.ts";

interface Props {
  form: UseFormReturnType<AgentValues>;
}

/** A platform's agent, or a prompt on one of the site's models. */
export function TargetSection({ form }: Props) {
  const t = useTexts(agentTexts);
  const connections = useQuery(connectionsQuery).data ?? [];
  return (
    <FormSection title={t.what}>
      <SegmentedControl
        aria-label={t.what}
        {...form.getInputProps("target")}
        data={[
          { value: "platform", label: t.kindPlatform },
          { value: "prompt", label: t.kindPrompt },
        ]}
      />
      {form.values.target === "platform" ? (
        <PlatformFields form={form} connections={connections} />
      ) : (
        <PromptFields form={form} />
      )}
    </FormSection>
  );
}

function PlatformFields({ form, connections }: Props & { connections: readonly Connection[] }) {
  const t = useTexts(agentTexts);
  const { connection } = form.values;
  const [wanted, setWanted] = useState(false);
  const offers = useQuery({ ...offersQuery(connection), enabled: wanted && connection !== "" });
  const agents = (offers.data ?? []).filter((offer) => offer.kind === "agent");
  const take = (id: string) => {
    form.setFieldValue("agent", id);
    const offer = agents.find((one) => one.id === id);
    if (!offer) return;
    form.setFieldValue("inputs", offer.inputs ?? null);
    // What the platform knows fills what is still empty; nothing that was written is replaced.
    const { values } = form;
    if (!values.name) form.setFieldValue("name", offer.name.slice(0, 100));
    if (!values.description) form.setFieldValue("description", offer.description.slice(0, 2000));
    if (!values.openingMessage) form.setFieldValue("openingMessage", offer.openingMessage);
    if (values.suggestedQuestions.length === 0) {
      form.setFieldValue("suggestedQuestions", offer.suggestedQuestions.slice(0, 20));
    }
  };
  return (
    <FieldGrid>
      <Choice
        label={t.connection}
        placeholder={t.pick}
        data={connections.map(({ id, name }) => ({ value: id, label: name }))}
        {...form.getInputProps("connection")}
      />
      <Suggest
        label={t.platformAgent}
        description={t.platformAgentHelp}
        data={agents.map((offer) => ({ value: offer.id, label: offer.name }))}
        {...form.getInputProps("agent")}
        onFocus={() => setWanted(true)}
        onChange={take}
      />
      {offers.error && (
        <Text size="sm" c="dimmed">
          {t.offersFailed}
        </Text>
      )}
    </FieldGrid>
  );
}

function PromptFields({ form }: Props) {
  const t = useTexts(agentTexts);
  const models = useQuery(modelsQuery).data ?? [];
  return (
    <>
      <Choice
        label={t.model}
        placeholder={t.pick}
        data={models
          .filter((model) => model.kind === "chat")
          .map(({ name }) => ({ value: name, label: name }))}
        {...form.getInputProps("model")}
      />
      <Textarea
        label={t.prompt}
        autosize
        minRows={6}
        maxRows={20}
        {...form.getInputProps("prompt")}
      />
      <FieldGrid>
        <AmountInput
          label={t.temperature}
          max={2}
          step={0.1}
          {...form.getInputProps("parameters.temperature")}
        />
        <AmountInput label={t.topP} max={1} step={0.1} {...form.getInputProps("parameters.topP")} />
        <AmountInput
          label={t.maxOutputTokens}
          {...form.getInputProps("parameters.maxOutputTokens")}
        />
      </FieldGrid>
    </>
  );
}
