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

/** The sentence for a key; `{name}` in it is replaced from `values`. */
export function t(key: TextKey, values: Record<string, string | number> = {}): string {
  const sentence = (language.value === "en" ? en[key] : undefined) ?? ja[key];
  return sentence.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}
