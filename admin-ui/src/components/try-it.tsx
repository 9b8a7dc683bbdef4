/** From an agent or a model to the playground. */
import { IconMessages } from "@tabler/icons-react";
import { defineTexts, useTexts } from "../lib/i18n.ts";
import { LinkButton } from "./links.tsx";

const texts = defineTexts({ label: "Try it" }, { label: "试用" });

/** `target` as an app names it. */
export function TryIt({ target }: { target: string }) {
  const t = useTexts(texts);
  return (
    <LinkButton
      to="/playground"
      search={{ target }}
      variant="default"
      leftSection={<IconMessages size={16} aria-hidden />}
    >
      {t.label}
    </LinkButton>
  );
}
