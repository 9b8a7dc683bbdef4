import { memo } from "react";
import { Icon } from "../../components/icons.tsx";
import { useText } from "../../lib/i18n.ts";
import { Markdown } from "../markdown/markdown.tsx";

/** The model's thoughts, folded; open while there is nothing else to read. */
export const Reasoning = memo(function Reasoning(props: { text: string; thinking: boolean }) {
  const { text: thoughts, thinking } = props;
  const text = useText();
  return (
    <details className="reasoning" open={thinking}>
      <summary>
        <Icon name="spark" size={16} />
        <span className={thinking ? "shimmer" : undefined}>
          {thinking ? text.thinking : text.thought}
        </span>
        <Icon name="chevronDown" size={14} />
      </summary>
      <div className="reasoning-text">
        <Markdown text={thoughts} finished={!thinking} />
      </div>
    </details>
  );
});
