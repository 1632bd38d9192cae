/** Names on screen: pairing kanji with furigana, and nothing clever when the parts do not pair. */

export type RubyPart = { text: string; ruby: string | null };

const KANA_ONLY = /^[\u3040-\u30ff\uff66-\uff9fー・\s]+$/;

/** 資格　一郎 + シカク　イチロウ → 資格(しかく) 一郎(いちろう). Kana names stay plain. */
export function rubyParts(name: string, kana: string | null): RubyPart[] {
  const names = split(name);
  if (!kana || KANA_ONLY.test(name)) return names.map((text) => ({ text, ruby: null }));
  const readings = split(kana).map(toHiragana);
  if (readings.length !== names.length) return [{ text: names.join(" "), ruby: readings.join(" ") || null }];
  return names.map((text, i) => ({ text, ruby: KANA_ONLY.test(text) ? null : (readings[i] ?? null) }));
}

export function toHiragana(kana: string): string {
  return kana
    .normalize("NFKC")
    .replace(/[\u30a1-\u30f6]/g, (ch) => String.fromCharCode(ch.charCodeAt(0) - 0x60));
}

function split(name: string): string[] {
  return name
    .normalize("NFC")
    .trim()
    .split(/[\s\u3000]+/)
    .filter(Boolean);
}
