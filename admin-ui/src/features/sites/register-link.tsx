import { Anchor } from "@mantine/core";
import { useSession } from "../../app/session.tsx";
import { useTexts } from "../../lib/i18n.ts";
import { ownTexts } from "./texts.ts";

/** Below the platform's log-in, where anybody may make himself an account. */
export function RegisterLink() {
  const t = useTexts(ownTexts);
  const { boot } = useSession();
  if (boot.host !== "platform" || !boot.site.registration) return null;
  return (
    <Anchor href="/admin/register" size="sm" mt="md" display="block">
      {t.register}
    </Anchor>
  );
}
