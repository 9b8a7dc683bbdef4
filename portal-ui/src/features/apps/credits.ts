/** Credits a month as a person types them in: empty is without limit, null is not a number. */
export function readCredits(text: string): { credits: number | null } | null {
  const trimmed = text.trim();
  if (trimmed === "") return { credits: null };
  const credits = Number(trimmed);
  const decimals = trimmed.split(".")[1]?.length ?? 0;
  return Number.isFinite(credits) && credits > 0 && credits <= 1e9 && decimals <= 6
    ? { credits }
    : null;
}

/** What the wire says is shown as what was typed in. */
export const shownCredits = (limits: { creditsPerMonth?: number | undefined }): string =>
  limits.creditsPerMonth === undefined ? "" : String(limits.creditsPerMonth);
