import { useSession } from "../../app/session.ts";
import { formatDate } from "../../lib/format.ts";
import { useLocale, useText } from "../../lib/i18n.ts";

const SOON_MS = 7 * 86_400_000;

/** That one's level has ended, or soon will. */
export function LevelNotice() {
  const text = useText();
  const locale = useLocale();
  const { me } = useSession();
  if (!me) return null;
  const { level, endedLevel, levelExpiresAt } = me;
  if (endedLevel) {
    return (
      <p className="notice" role="status">
        {text.levelEnded(endedLevel.name)} {level && text.levelCounts(level.name)}
      </p>
    );
  }
  if (!level || levelExpiresAt === null) return null;
  if (Date.parse(levelExpiresAt) - Date.now() > SOON_MS) return null;
  return (
    <p className="notice" role="status">
      {text.levelEnds(level.name, formatDate(levelExpiresAt, locale))}
    </p>
  );
}
