/** Short messages after an action; where it can be taken back, with the way to do so. */
import { Button, Group } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { commonTexts } from "./common-texts.ts";
import { errorText } from "./errors.ts";
import { useLocale } from "./i18n.ts";

export interface Notify {
  done: (message: string, undo?: () => Promise<unknown>) => void;
  failed: (error: unknown) => void;
}

export function useNotify(): Notify {
  const { locale } = useLocale();
  const closeButtonProps = { "aria-label": commonTexts[locale].close };
  const failed = (error: unknown) => {
    const message = errorText(error, locale);
    notifications.show({ color: "red", autoClose: 10_000, message, closeButtonProps });
  };
  const done = (message: string, undo?: () => Promise<unknown>) => {
    const id = notifications.show({
      color: "green",
      closeButtonProps,
      autoClose: undo ? 10_000 : 5000,
      message: undo ? (
        <Group justify="space-between" wrap="nowrap" gap="md">
          <span>{message}</span>
          <Button
            size="compact-sm"
            variant="default"
            onClick={() => {
              notifications.hide(id);
              undo().catch(failed);
            }}
          >
            {commonTexts[locale].undo}
          </Button>
        </Group>
      ) : (
        message
      ),
    });
  };
  return { done, failed };
}
