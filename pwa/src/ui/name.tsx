/** A person's name with furigana as real ruby text; no furigana over names that are kana already. */
import { rubyParts } from "../domain/name";

export function PersonName(props: { name: string; kana: string | null | undefined }) {
  const parts = rubyParts(props.name, props.kana ?? null);
  return (
    <span class="name">
      {parts.map((part, i) => (
        <span key={`${part.text}${part.ruby}`}>
          {i > 0 && " "}
          {part.ruby ? (
            <ruby>
              {part.text}
              <rp>(</rp>
              <rt>{part.ruby}</rt>
              <rp>)</rp>
            </ruby>
          ) : (
            part.text
          )}
        </span>
      ))}
    </span>
  );
}
