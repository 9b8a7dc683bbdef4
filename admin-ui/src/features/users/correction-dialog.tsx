import { Modal, SegmentedControl, TextInput } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useConfirm } from "../../components/confirm.tsx";
import { EntityForm } from "../../components/form/entity-form.tsx";
import { AmountInput } from "../../components/form/inputs.tsx";
import { useEntityForm } from "../../components/form/use-entity-form.ts";
import { call } from "../../lib/api.ts";
import { commonTexts } from "../../lib/common-texts.ts";
import { useFormats } from "../../lib/format.ts";
import { useTexts } from "../../lib/i18n.ts";
import { useNotify } from "../../lib/notify.tsx";
import { operationIds } from "../../lib/operation-id.ts";
import { checks, type NumberField, problems } from "../../lib/validation.ts";
import { userTexts } from "./texts.ts";
import { walletKeys } from "./wallet-keys.ts";

interface Props {
  user: { id: string; email: string };
  balanceMicro: number;
  availableMicro: number;
  opened: boolean;
  onClose: () => void;
}

/** Corrects a balance, after a question that says what it will do. */
export function CorrectionDialog({ opened, onClose, ...rest }: Props) {
  const t = useTexts(userTexts);
  return (
    <Modal opened={opened} onClose={onClose} title={t.correctTitle(rest.user.email)}>
      {opened && <CorrectionForm {...rest} onClose={onClose} />}
    </Modal>
  );
}

function CorrectionForm({ user, balanceMicro, availableMicro, onClose }: Omit<Props, "opened">) {
  const t = useTexts(userTexts);
  const check = checks(useTexts(commonTexts).form);
  const format = useFormats();
  const notify = useNotify();
  const confirm = useConfirm();
  const queryClient = useQueryClient();
  const [operationId] = useState(operationIds);
  const send = async (content: { credits: number; reason: string }) => {
    await call("POST /api/admin/users/{id}/corrections", {
      params: { id: user.id },
      body: { ...content, operationId: operationId(content) },
    });
    for (const queryKey of walletKeys(user.id)) void queryClient.invalidateQueries({ queryKey });
    notify.done(t.corrected);
    onClose();
  };
  const kit = useEntityForm({
    initial: { direction: "take" as "take" | "give", amount: "" as NumberField, reason: "" },
    validate: (values) =>
      problems({
        amount:
          check.number(values.amount, 0.000001, 1e9) ??
          (values.direction === "take" && Number(values.amount) * 1e6 > availableMicro
            ? t.moreThanAvailable(format.credits(availableMicro))
            : null),
        reason: check.required(values.reason),
      }),
    // The form itself only asks; the answer to the question sends.
    save: async (values) => values,
    onSaved: ({ direction, amount, reason }) => {
      const credits = direction === "take" ? -Number(amount) : Number(amount);
      const after = format.credits(balanceMicro + Math.round(credits * 1e6));
      const words = direction === "take" ? t.takes : t.gives;
      confirm.ask({
        title: t.correctTitle(user.email),
        effect: words(format.decimal(Math.abs(credits)), user.email, after),
        action: t.correctAction,
        run: () => send({ credits, reason: reason.trim() }),
      });
    },
  });
  const { form } = kit;
  return (
    <>
      <EntityForm kit={kit} bar="plain" onCancel={onClose} submitLabel={t.proceed}>
        <SegmentedControl
          aria-label={t.direction}
          data={[
            { value: "take", label: t.take },
            { value: "give", label: t.give },
          ]}
          {...form.getInputProps("direction")}
        />
        <AmountInput label={t.credits} data-autofocus {...form.getInputProps("amount")} />
        <TextInput
          label={t.reason}
          description={t.correctReasonHelp}
          maxLength={500}
          {...form.getInputProps("reason")}
        />
      </EntityForm>
      {confirm.dialog}
    </>
  );
}
