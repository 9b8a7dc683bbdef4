/** How long sound is, as far as it can be told without decoding it. */

/** Speech that is stored sparingly still takes this many bytes a second. */
const SPARSEST_BYTES_PER_SECOND = 1_000;
/** What most recordings of speech take: 64 kbit/s. */
const USUAL_BYTES_PER_SECOND = 8_000;

export interface SoundLength {
  /** Seconds that it probably has. */
  expected: number;
  /** Seconds that it cannot exceed. */
  most: number;
}

/** WAV says it in its header; of other formats only the size is known. */
export function soundLength(bytes: Uint8Array): SoundLength {
  const exact = wavSeconds(bytes);
  if (exact !== null) return { expected: exact, most: exact };
  return {
    expected: bytes.byteLength / USUAL_BYTES_PER_SECOND,
    most: bytes.byteLength / SPARSEST_BYTES_PER_SECOND,
  };
}

/** Null where it is no WAV, or one whose header says nothing of use. */
function wavSeconds(bytes: Uint8Array): number | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const tag = (at: number) => String.fromCharCode(...bytes.subarray(at, at + 4));
  if (bytes.byteLength < 44 || tag(0) !== "RIFF" || tag(8) !== "WAVE") return null;
  let bytesPerSecond = 0;
  for (let at = 12; at + 8 <= bytes.byteLength; ) {
    const size = view.getUint32(at + 4, true);
    const begin = at + 8;
    if (tag(at) === "fmt " && begin + 12 <= bytes.byteLength) {
      bytesPerSecond = view.getUint32(begin + 8, true);
    }
    if (tag(at) === "data") {
      // A recorder that streams leaves the size open.
      const length = Math.min(size, bytes.byteLength - begin);
      return bytesPerSecond > 0 ? length / bytesPerSecond : null;
    }
    // Chunks begin at even places.
    at = begin + size + (size % 2);
  }
  return null;
}
