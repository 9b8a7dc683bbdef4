import { IconButton } from "../../components/icon-button.tsx";
import { useText } from "../../lib/i18n.ts";
import type { Switcher } from "./switcher.ts";

/** ‹ 1/2 › : goes through the versions of a message. */
export function VersionSwitcher({ switcher }: { switcher: Switcher }) {
  const text = useText();
  const { index, count, move } = switcher;
  return (
    <span className="versions">
      <IconButton
        icon="chevronLeft"
        size={16}
        label={text.previousVersion}
        disabled={index <= 1}
        onClick={() => move(-1)}
      />
      <span aria-hidden="true">
        {index}/{count}
      </span>
      <span className="visually-hidden">{text.versionOf(index, count)}</span>
      <IconButton
        icon="chevronRight"
        size={16}
        label={text.nextVersion}
        disabled={index >= count}
        onClick={() => move(1)}
      />
    </span>
  );
}
