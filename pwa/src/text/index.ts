/** Every sentence a person sees comes from here. Japanese first, English as the second language. */
import { signal } from "@preact/signals";
import { en } from "./en";
import { ja, type TextKey } from "./ja";

export type Language = "ja" | "en";
export type { TextKey };

export const language = signal<Language>(initial());

function initial(): Language {
  return globalThis.localStorage?.getItem("otonai-language") === "en" ? "en" : "ja";
}

export function useLanguage(chosen: Language): void {
  localStorage.setItem("otonai-language", chosen);
  document.documentElement.lang = chosen;
  language.value = chosen;
}

export type Values = Record<string, string | number>;

/** `{name}` in a sentence, replaced from `values`; a name without a value stays as it is. */
export function fill(sentence: string, values: Values): string {
  return sentence.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}

/** The sentence for a key of the first screens, whose English is small enough to come along. */
export function t(key: TextKey, values: Values = {}): string {
  return fill((language.value === "en" ? en[key] : undefined) ?? ja[key], values);
}
