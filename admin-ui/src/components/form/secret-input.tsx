import { PasswordInput, type PasswordInputProps } from "@mantine/core";
import { defineTexts, useTexts } from "../../lib/i18n.ts";

const texts = defineTexts({ show: "Show or hide" }, { show: "显示或隐藏" });

/** Mantine marks a bad password field for the eye only; screen readers are told here. */
export function SecretInput(props: PasswordInputProps) {
  const t = useTexts(texts);
  return (
    <PasswordInput
      {...(props.error ? { "aria-invalid": true } : {})}
      visibilityToggleButtonProps={{ "aria-label": t.show }}
      {...props}
    />
  );
}
