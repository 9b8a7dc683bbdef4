import { memo } from "react";

interface Props {
  name: string;
  /** An emoji, or an address. Only `data:` images and those of this origin are drawn. */
  icon: string;
  size?: number;
}

/** A steady hue for a name, so that agents without an icon can still be told apart. */
function hueOf(name: string): number {
  let hash = 7;
  for (const char of name) hash = (hash * 31 + (char.codePointAt(0) ?? 0)) % 360;
  return hash;
}

const isImage = (icon: string) => /^(data:image\/|\/(?!\/))/.test(icon);
const isEmoji = (icon: string) => icon !== "" && [...icon].length <= 8 && !/^https?:/.test(icon);

/** The picture of an agent or model. Decoration: its name always stands beside it. */
export const AgentIcon = memo(function AgentIcon({ name, icon, size = 40 }: Props) {
  const box = { width: size, height: size };
  if (isImage(icon)) {
    return <img className="agent-icon" src={icon} alt="" style={box} width={size} height={size} />;
  }
  if (isEmoji(icon)) {
    return (
      <span
        className="agent-icon emoji"
        aria-hidden="true"
        style={{ ...box, fontSize: size * 0.55 }}
      >
        {icon}
      </span>
    );
  }
  const letter = [...(name.split("/").at(-1) ?? name)][0]?.toUpperCase() ?? "·";
  const colors = { ...box, fontSize: size * 0.44, "--hue": String(hueOf(name)) };
  return (
    <span className="agent-icon letter" aria-hidden="true" style={colors}>
      {letter}
    </span>
  );
});
