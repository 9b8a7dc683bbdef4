import { useMe } from "../../app/session.ts";
import { formatDate } from "../../lib/format.ts";
import { type Locale, useLocale } from "../../lib/i18n.ts";

const SOON_MS = 7 * 86_400_000;

const en = {
  ended: (level: string) => `Your level ${level} has ended.`,
  counts: (level: string) => `${level} counts now.`,
  ends: (level: string, date: string) => `Your level ${level} ends on ${date}.`,
};
const zh: typeof en = {
  ended: (level) => `您的等级「${level}」已到期。`,
  counts: (level) => `现在适用「${level}」。`,
  ends: (level, date) => `您的等级「${level}」将于 ${date} 到期。`,
};
const TEXTS: Record<Locale, typeof en> = { en, "zh-CN": zh };

/** That one's level has ended, or soon will. */
export function LevelNotice() {
  const locale = useLocale();
  const text = TEXTS[locale];
  const { level, endedLevel, levelExpiresAt } = useMe();
  if (endedLevel) {
    return (
      <p className="notice" role="status">
        {text.ended(endedLevel.name)} {level && text.counts(level.name)}
      </p>
    );
  }
  if (!level || levelExpiresAt === null) return null;
  if (Date.parse(levelExpiresAt) - Date.now() > SOON_MS) return null;
  return (
    <p className="notice" role="status">
      {text.ends(level.name, formatDate(levelExpiresAt, locale))}
    </p>
  );
}
