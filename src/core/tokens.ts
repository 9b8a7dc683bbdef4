/**
 * Token estimates, for holds before a call and for charges when an upstream reports nothing.
 * Never exact, always said to be an estimate.
 */

/**
 * Quarter-tokens of a text: CJK, kana, hangul and full-width forms 3, other non-Latin 2, the rest
 * 1. Additive, so that a stream can be weighed piece by piece.
 */
export function weighText(text: string): number {
  let quarters = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code < 0x250) quarters += 1;
    else if (code >= 0x2e80 && code <= 0xffef && !(code >= 0xd800 && code <= 0xdfff)) quarters += 3;
    else quarters += 2;
  }
  return quarters;
}

export function estimateTokens(text: string): number {
  return Math.ceil(weighText(text) / 4);
}

/** What one image costs at most in the tiling schemes of the large providers. */
export const IMAGE_TOKENS = 1600;
/** Role and separators of one message. */
export const MESSAGE_OVERHEAD_TOKENS = 4;
