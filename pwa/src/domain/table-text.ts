/**
 * The letters of a table that an office's program has saved: UTF-8, or Japan's older Shift_JIS when it is not that.
 * Null when it is neither; a letter is never replaced by a sign of its loss.
 */
export function decodeTable(bytes: Uint8Array): string | null {
  for (const encoding of ["utf-8", "shift_jis"]) {
    try {
      return new TextDecoder(encoding, { fatal: true }).decode(bytes);
    } catch {
      // Not this one.
    }
  }
  return null;
}
