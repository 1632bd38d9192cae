/** What the patient agreed to, one mark per kind, always all six (S-097). */
import type { Schemas } from "../../api/client";
import { word } from "../../text/office";
import { Icon } from "../../ui/icon";

const KINDS = ["drug", "checkup", "diagnosis", "operation", "limit", "specific_disease"] as const;

export function ConsentFlags(props: { consents: readonly Schemas["ConsentOut"][] }) {
  return (
    <ul class="consent-flags">
      {KINDS.map((kind) => {
        const flag = props.consents.find((consent) => consent.kind === kind)?.flag ?? "none";
        return (
          <li key={kind} class={flag === "given" ? "given" : "sub"}>
            <Icon name={flag === "given" ? "check" : flag === "expired" ? "wait" : "none"} />
            {word("consent", kind)}
            {flag !== "given" && flag !== "none" && `（${word("flag", flag)}）`}
            <span class="visually-hidden">{word("flag", flag)}</span>
          </li>
        );
      })}
    </ul>
  );
}
