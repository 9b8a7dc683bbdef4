/** From where something may be used: two lists of addresses. */
import { defineTexts, useTexts } from "../../lib/i18n.ts";
import type { Bind } from "./fields.tsx";
import { LinesInput } from "./inputs.tsx";
import { FieldGrid } from "./section.tsx";

const texts = defineTexts(
  {
    allow: "Only from these addresses",
    allowHelp: "One on each line, such as 203.0.113.7 or 2001:db8::/32; empty: from everywhere",
    deny: "Never from these addresses",
    denyHelp: "These are refused even where the other list has them",
  },
  {
    allow: "仅允许这些地址",
    allowHelp: "每行一个，例如 203.0.113.7 或 2001:db8::/32；留空表示不限",
    deny: "拒绝这些地址",
    denyHelp: "即使在允许名单中，也会被拒绝",
  },
);

export function AddressFields({ field }: { field: Bind }) {
  const t = useTexts(texts);
  return (
    <FieldGrid>
      <LinesInput
        label={t.allow}
        description={t.allowHelp}
        spellCheck={false}
        {...field("allow")}
      />
      <LinesInput label={t.deny} description={t.denyHelp} spellCheck={false} {...field("deny")} />
    </FieldGrid>
  );
}
