import { Switch } from "@mantine/core";
import type { ComponentProps } from "react";
import { AmountInput } from "../../components/form/inputs.tsx";
import { FieldGrid, FormSection } from "../../components/form/section.tsx";
import { useTexts } from "../../lib/i18n.ts";
import { CacheKept } from "./cache-kept.tsx";
import { cacheTexts } from "./cache-texts.ts";

interface Props {
  /** Null while the model is not published yet. */
  modelId: string | null;
  on: boolean;
  /** Whether the model chats: then tools and agents may be in it. */
  chats: boolean;
  field: (path: string) => ComponentProps<typeof AmountInput>;
  toggle: (path: string) => ComponentProps<typeof Switch>;
}

/** Whether, how long and at what price an answer is given again. */
export function CacheSection({ modelId, on, chats, field, toggle }: Props) {
  const t = useTexts(cacheTexts);
  return (
    <FormSection title={t.title} description={t.help}>
      <Switch label={t.on} {...toggle("on")} />
      {on && (
        <>
          <FieldGrid>
            <AmountInput label={t.ttlSeconds} {...field("ttlSeconds")} />
            <AmountInput label={t.price} description={t.priceHelp} {...field("price")} />
          </FieldGrid>
          {chats && (
            <>
              <Switch label={t.tools} description={t.toolsHelp} {...toggle("tools")} />
              <Switch label={t.agents} {...toggle("agents")} />
            </>
          )}
        </>
      )}
      {modelId !== null && <CacheKept modelId={modelId} />}
    </FormSection>
  );
}
