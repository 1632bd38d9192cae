/** The one way from a part of the app to its sentences, in the language of the screen. */
import { effect, signal } from "@preact/signals";
import { fill, language, type Values } from ".";

type English<Key extends string> = Partial<Record<Key, string>>;
/** As written, and as built: by place, in the order of the Japanese keys, which then travel once. See `build/english.ts`. */
type Loaded<Key extends string> = English<Key> | readonly (string | undefined)[];

/**
 * A function from key and values to the sentence. English loads only where it is spoken; until it has come, and where
 * it lacks a sentence, Japanese stands.
 */
export function sentences<Key extends string>(
  japanese: Readonly<Record<Key, string>>,
  load: () => Promise<{ en: Loaded<Key> }>,
): (key: Key, values?: Values) => string {
  const english = signal<English<Key>>({});
  effect(() => {
    if (language.value !== "en") return;
    void load().then(({ en }) => {
      english.value = byKey(japanese, en);
    });
  });
  return (key, values = {}) =>
    fill((language.value === "en" ? english.value[key] : undefined) ?? japanese[key], values);
}

function byKey<Key extends string>(japanese: Readonly<Record<Key, string>>, en: Loaded<Key>): English<Key> {
  if (!Array.isArray(en)) return en as English<Key>;
  const keys = Object.keys(japanese) as Key[];
  return Object.fromEntries(keys.map((key, place) => [key, en[place]])) as English<Key>;
}
