/** The frame of a form: its fields, what went wrong, and the buttons. */
import { Alert, Button, Group, Stack } from "@mantine/core";
import { IconAlertCircle, IconEye } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { commonTexts } from "../../lib/common-texts.ts";
import { useErrorText } from "../../lib/errors.ts";
import { useTexts } from "../../lib/i18n.ts";
import classes from "./form.module.css";
import type { EntityForm as Kit } from "./use-entity-form.ts";

export interface EntityFormProps<Values> {
  kit: Kit<Values>;
  children: ReactNode;
  submitLabel?: string;
  onCancel?: () => void;
  /** More buttons, left of the others. */
  extra?: ReactNode;
  /** `page`: buttons in a bar that stays in sight; `plain`: below the fields. */
  bar?: "page" | "plain";
  fullWidth?: boolean;
  /** Whoever looks may not change it: fields are shut, and there is nothing to save by. */
  readOnly?: boolean;
}

export function EntityForm<Values>(props: EntityFormProps<Values>) {
  const { kit, children } = props;
  const t = useTexts(commonTexts);
  return (
    <form ref={kit.element} onSubmit={kit.submit} onBlur={kit.leaveField} noValidate>
      {props.readOnly && (
        <Alert color="gray" icon={<IconEye aria-hidden />} mb="md">
          {t.form.readOnly}
        </Alert>
      )}
      <fieldset disabled={props.readOnly ?? false} className={classes.fields}>
        <Stack gap="lg">{children}</Stack>
      </fieldset>
      {!props.readOnly && <Bar {...props} />}
    </form>
  );
}

/** What went wrong, and the buttons. */
function Bar<Values>(props: EntityFormProps<Values>) {
  const { kit, bar = "page" } = props;
  const t = useTexts(commonTexts);
  const errorText = useErrorText();
  const wrong = Object.keys(kit.form.errors).length;
  return (
    <div className={bar === "page" ? classes.bar : classes.plain}>
      {kit.failure !== null && kit.failure !== undefined && (
        <Alert color="red" icon={<IconAlertCircle aria-hidden />} role="alert" mb="sm">
          {errorText(kit.failure)}
        </Alert>
      )}
      {kit.attempted && wrong > 0 && (
        <p className={classes.problems} role="status">
          {t.form.problems(wrong)}
        </p>
      )}
      <Group justify="space-between" gap="sm">
        <Group gap="sm">{props.extra}</Group>
        <Group gap="sm" grow={props.fullWidth ?? false} w={props.fullWidth ? "100%" : "auto"}>
          {props.onCancel && (
            <Button variant="default" onClick={props.onCancel}>
              {t.cancel}
            </Button>
          )}
          <Button type="submit" loading={kit.saving}>
            {props.submitLabel ?? t.save}
          </Button>
        </Group>
      </Group>
    </div>
  );
}
