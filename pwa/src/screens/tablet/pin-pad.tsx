/** Six dots and ten large keys; a hardware keyboard works as well. Shows no digit. */
import { useEffect } from "preact/hooks";
import { keyOf, PIN_LENGTH, type PinKey } from "../../lock/pin";
import { tt } from "../../text/tablet";
import { Icon } from "../../ui/icon";

const DIGITS = ["1", "2", "3", "4", "5", "6", "7", "8", "9"];

export function PinDots({ typed }: { typed: string }) {
  return (
    <div class="dots" role="img" aria-label={tt("lock.dots", { count: typed.length })}>
      {Array.from({ length: PIN_LENGTH }, (_, place) => (
        <i key={place} class={place < typed.length ? "on" : ""} />
      ))}
    </div>
  );
}

export function PinPad(props: { onKey: (key: PinKey) => void; onForgot?: () => void; disabled?: boolean }) {
  const { onKey, disabled } = props;
  useEffect(() => {
    if (disabled) return;
    const listen = (event: KeyboardEvent) => {
      if (event.target instanceof HTMLInputElement) return;
      const key = keyOf(event);
      if (key) onKey(key);
    };
    addEventListener("keydown", listen);
    return () => removeEventListener("keydown", listen);
  }, [onKey, disabled]);
  const digit = (d: string) => (
    <button key={d} type="button" disabled={disabled} onClick={() => onKey({ kind: "digit", digit: d })}>
      {d}
    </button>
  );
  return (
    <div class="pad">
      {DIGITS.map(digit)}
      {props.onForgot ? (
        <button type="button" class="plain" onClick={props.onForgot}>
          {tt("lock.forgot")}
        </button>
      ) : (
        <span />
      )}
      {digit("0")}
      <button
        type="button"
        class="plain"
        disabled={disabled}
        aria-label={tt("lock.delete")}
        onClick={() => onKey({ kind: "back" })}
      >
        <Icon name="backspace" />
      </button>
    </div>
  );
}
