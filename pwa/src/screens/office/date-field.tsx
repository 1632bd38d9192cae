/** A date as the office types it: era or western, half or full width; what was understood is said back. */

import { useId } from "preact/hooks";
import { fullDate, parseDate } from "../../domain/dates";
import { shortEra } from "../../domain/office-dates";
import { to } from "../../text/office";
import { Input } from "../../ui/parts";

export function DateField(props: {
  label: string;
  typed: string;
  onTyped: (typed: string) => void;
  /** Say the date back below the field; narrow places leave it out. */
  echo?: boolean;
  wrong?: string | undefined;
  hideLabel?: boolean;
}) {
  const id = useId();
  const date = parseDate(props.typed);
  const unread = props.typed.trim() !== "" && !date;
  return (
    <div class="field">
      <label class={props.hideLabel ? "visually-hidden" : ""} for={id}>
        {props.label}
      </label>
      <Input
        id={id}
        value={props.typed}
        onText={props.onTyped}
        onBlur={() => date && props.onTyped(shortEra(date))}
        inputMode="text"
        autocomplete="off"
        aria-invalid={unread || Boolean(props.wrong)}
      />
      {props.echo && date && <small class="sub">{fullDate(date)}</small>}
      {props.echo && unread && <span class="wrong">{to("period.wrong")}</span>}
      {props.wrong && <span class="wrong">{props.wrong}</span>}
    </div>
  );
}
