import type { Branding } from "@contract";
import { isHexColor, readableOn } from "../../lib/color.ts";
import { useTexts } from "../../lib/i18n.ts";
import classes from "./settings.module.css";
import { settingsTexts } from "./texts.ts";

interface Props {
  name: string;
  branding: Branding;
}

const GROUNDS = { light: "#ffffff", dark: "#171b23" } as const;

/** The portal's head in small, light and dark, as it will look with what is in the form. */
export function BrandPreview({ name, branding }: Props) {
  const t = useTexts(settingsTexts);
  return (
    <figure className={classes.previews} aria-label={t.preview}>
      {(["light", "dark"] as const).map((scheme) => (
        <Preview
          key={scheme}
          scheme={scheme}
          label={scheme === "light" ? t.previewLight : t.previewDark}
          name={name}
          branding={branding}
        />
      ))}
    </figure>
  );
}

function Preview(props: Props & { scheme: "light" | "dark"; label: string }) {
  const { scheme, name, branding, label } = props;
  const t = useTexts(settingsTexts);
  const color = isHexColor(branding.color) ? branding.color : "#3451b2";
  const filled = readableOn(color, "#ffffff");
  const text = readableOn(color, GROUNDS[scheme]);
  return (
    <div
      className={classes.preview}
      data-scheme={scheme}
      style={{ background: GROUNDS[scheme], colorScheme: scheme }}
    >
      <span className={classes.tag}>{label}</span>
      {/^(https:|data:image\/)/.test(branding.logo) ? (
        <img src={branding.logo} alt="" className={classes.logo} />
      ) : (
        <span className={classes.letter} style={{ background: filled }} aria-hidden>
          {[...name][0]?.toUpperCase()}
        </span>
      )}
      <strong>{name}</strong>
      <span>{branding.slogan}</span>
      <span className={classes.ask} aria-hidden>
        <span>{t.previewAsk}</span>
        <span className={classes.send} style={{ background: filled }}>
          {t.previewSend}
        </span>
      </span>
      <small>
        {branding.footer} <span style={{ color: text }}>{t.previewLink}</span>
      </small>
    </div>
  );
}
