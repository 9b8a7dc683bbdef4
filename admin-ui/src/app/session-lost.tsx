import { Modal, Text } from "@mantine/core";
import { LoginWays } from "../features/login/login-ways.tsx";
import { useTexts } from "../lib/i18n.ts";
import { useSession } from "./session.tsx";
import { appTexts } from "./texts.ts";

/** The log-in above the page, which stays as it was. */
export function SessionLost() {
  const t = useTexts(appTexts);
  const { boot } = useSession();
  return (
    <Modal
      opened
      onClose={() => undefined}
      withCloseButton={false}
      closeOnEscape={false}
      closeOnClickOutside={false}
      zIndex={500}
      title={t.sessionLost}
    >
      <Text size="sm" mb="md">
        {t.sessionLostHelp}
      </Text>
      <LoginWays email={boot.me?.email ?? ""} />
    </Modal>
  );
}
