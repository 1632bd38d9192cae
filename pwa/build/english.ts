/**
 * English travels without its keys. Half of an English dictionary is keys, and the Japanese one, which is always there,
 * has them already: what is built holds the sentences alone, in the order of the Japanese keys (`src/text/sentences.ts`
 * puts the keys back). Files stay as they are written; only `vite build` does this.
 */
import { readFileSync } from "node:fs";
import type { Plugin } from "vite";

/** English dictionaries of single sentences. The troubleshooter's entries are lists and stay as they are. */
const ENGLISH = /\/src\/text\/(?!troubles)[a-z-]+-en\.ts$/;

type Node = { type: string; start: number; end: number; [part: string]: unknown };
type Parse = (code: string, options: { lang: "ts" }) => unknown;
/** A key and the source text of its sentence. */
type Entry = readonly [key: string, sentence: string];

export function englishByPlace(): Plugin {
  return {
    name: "otonai-english-by-place",
    apply: "build",
    enforce: "pre",
    transform(code, id) {
      if (!ENGLISH.test(id)) return null;
      const japaneseFile = id.replace("-en.ts", ".ts");
      this.addWatchFile(japaneseFile);
      const japanese = readFileSync(japaneseFile, "utf8");
      const sentences = byPlace(
        entriesOf(japanese, this.parse as Parse).map(([key]) => key),
        entriesOf(code, this.parse as Parse),
      );
      return { code: `export const en = [${sentences.join(",")}];\n`, map: null };
    },
  };
}

/** Sentences in the order of `keys`, nothing where English lacks one. An English key of no Japanese sentence is a mistake. */
export function byPlace(keys: readonly string[], english: readonly Entry[]): string[] {
  const sentences = new Map(english);
  const unknown = english.find(([key]) => !keys.includes(key));
  if (unknown) throw new Error(`"${unknown[0]}" is said in English only`);
  return keys.map((key) => sentences.get(key) ?? "undefined");
}

/** The entries of a file's first dictionary. */
function entriesOf(code: string, parse: Parse): Entry[] {
  const { body } = parse(code, { lang: "ts" }) as { body: Node[] };
  for (const statement of body) {
    const declared = (statement.declaration ?? statement) as Node;
    const [first] = (declared.declarations ?? []) as Node[];
    const value = first?.init ? bare(first.init as Node) : null;
    if (value?.type === "ObjectExpression") {
      return (value.properties as Node[]).map((property) => entryOf(property, code));
    }
  }
  throw new Error("a file of sentences holds no dictionary");
}

/** Without `as const` and `satisfies`. */
function bare(value: Node): Node {
  return value.type.startsWith("TS") ? bare(value.expression as Node) : value;
}

function entryOf(property: Node, code: string): Entry {
  if (property.type !== "Property" || property.computed)
    throw new Error("a dictionary holds plain keys and sentences only");
  const key = property.key as Node;
  const sentence = property.value as Node;
  return [String(key.name ?? key.value), code.slice(sentence.start, sentence.end)];
}
