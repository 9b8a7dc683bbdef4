import type { Branding } from "@contract";
import { Button, ColorSwatch, Group, Text, Textarea, TextInput } from "@mantine/core";
import type { Bind } from "../../components/form/fields.tsx";
import { FieldGrid, FormSection } from "../../components/form/section.tsx";
import { contrast, isHexColor, READABLE, readableOn } from "../../lib/color.ts";
import { useTexts } from "../../lib/i18n.ts";
import { BrandPreview } from "./brand-preview.tsx";
import classes from "./settings.module.css";
import { settingsTexts } from "./texts.ts";

/** Readable with white text, all of them. */
const PRESETS = [
  "#3451b2",
  "#4f46a5",
  "#7c3aad",
  "#b02a62",
  "#c0392b",
  "#9a5b00",
  "#2f7d32",
  "#0f766e",
  "#0b6e99",
  "#334155",
];

interface Props {
  name: string;
  branding: Branding;
  field: Bind;
  onColor: (color: string) => void;
}

export function BrandingSection({ name, branding, field, onColor }: Props) {
  const t = useTexts(settingsTexts);
  return (
    <FormSection title={t.branding}>
      <FieldGrid>
        <div>
          <ColorField color={branding.color} field={field} onColor={onColor} />
          <ContrastLine color={branding.color} onColor={onColor} />
        </div>
        <TextInput label={t.logo} description={t.logoHelp} {...field("logo")} />
      </FieldGrid>
      <TextInput label={t.slogan} maxLength={200} {...field("slogan")} />
      <Textarea label={t.intro} autosize minRows={2} maxLength={5000} {...field("intro")} />
      <Textarea
        label={t.footer}
        description={t.footerHelp}
        autosize
        minRows={1}
        maxLength={2000}
        {...field("footer")}
      />
      <BrandPreview name={name} branding={branding} />
    </FormSection>
  );
}

/** The text is the value; the picker and the suggestions write it. */
function ColorField(props: { color: string; field: Bind; onColor: (color: string) => void }) {
  const { color, field, onColor } = props;
  const t = useTexts(settingsTexts);
  return (
    <>
      <TextInput
        label={t.color}
        maxLength={7}
        spellCheck={false}
        leftSection={
          <input
            type="color"
            className={classes.picker}
            aria-label={t.color}
            value={isHexColor(color) ? color.toLowerCase() : "#3451b2"}
            onChange={(event) => onColor(event.currentTarget.value)}
          />
        }
        {...field("color")}
      />
      <Group gap={6} mt={8} role="group" aria-label={t.presets}>
        {PRESETS.map((preset) => (
          <ColorSwatch
            key={preset}
            component="button"
            type="button"
            color={preset}
            size={22}
            aria-label={preset}
            aria-pressed={preset === color.toLowerCase()}
            onClick={() => onColor(preset)}
          />
        ))}
      </Group>
    </>
  );
}

function ContrastLine({ color, onColor }: { color: string; onColor: (color: string) => void }) {
  const t = useTexts(settingsTexts);
  if (!isHexColor(color)) return null;
  const ratio = contrast(color, "#ffffff");
  const good = ratio >= READABLE;
  const better = readableOn(color, "#ffffff");
  return (
    <Group gap="xs" mt={6} role="status">
      <Text size="xs" c={good ? "green" : "yellow"}>
        {t.contrast(ratio.toFixed(1))}: {good ? t.contrastGood : t.contrastBad}
      </Text>
      {!good && (
        <Button size="compact-xs" variant="default" onClick={() => onColor(better)}>
          {t.takeDarker(better)}
        </Button>
      )}
    </Group>
  );
}
