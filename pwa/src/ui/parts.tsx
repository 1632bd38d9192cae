/** The shared parts. They know no patient: whoever uses them brings the words. */
import type { ComponentChildren, InputHTMLAttributes } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { t } from "../text";
import { Icon, type IconName } from "./icon";

/** The state grammar of the design guide (3): who acts next, told by icon, word, shape and line. */
export type StateKind = "now" | "need" | "waiting" | "to-do" | "done" | "problem" | "none";

const STATE_ICONS: Record<StateKind, IconName> = {
  now: "now",
  need: "need",
  waiting: "wait",
  "to-do": "todo",
  done: "check",
  problem: "bad",
  none: "none",
};

export function State(props: { kind: StateKind; icon?: IconName; children: ComponentChildren }) {
  return (
    <span class={`state ${props.kind}`}>
      <Icon name={props.icon ?? STATE_ICONS[props.kind]} />
      {props.children}
    </span>
  );
}

type ButtonProps = {
  children: ComponentChildren;
  onClick?: () => unknown;
  kind?: "primary" | "outline" | "text" | "danger";
  size?: "normal" | "middle" | "main";
  icon?: IconName;
  wide?: boolean;
  disabled?: boolean;
  type?: "button" | "submit";
  busyLabel?: string;
  label?: string;
};

/** A button that ignores the second tap while its first is still at work. */
export function Button(props: ButtonProps) {
  const [busy, setBusy] = useState(false);
  const alive = useRef(true);
  useEffect(
    () => () => {
      alive.current = false;
    },
    [],
  );
  const press = async (event: Event) => {
    // A button of a form does its work itself: the form would send the same a second time.
    if (props.type === "submit") event.preventDefault();
    if (busy || !props.onClick) return;
    const work = props.onClick();
    if (!(work instanceof Promise)) return;
    setBusy(true);
    try {
      await work;
    } finally {
      if (alive.current) setBusy(false);
    }
  };
  const classes = ["button", props.kind ?? "outline", props.size ?? "normal", props.wide ? "wide" : ""];
  return (
    <button
      type={props.type ?? "button"}
      class={classes.join(" ")}
      disabled={props.disabled ?? false}
      aria-busy={busy}
      aria-label={props.label}
      onClick={props.onClick ? press : undefined}
    >
      {props.icon && <Icon name={props.icon} />}
      {busy && props.busyLabel ? props.busyLabel : props.children}
    </button>
  );
}

const NOTE_ICONS = { quiet: "info", info: "info", need: "need", bad: "bad" } as const;

export function Note(props: {
  kind?: keyof typeof NOTE_ICONS;
  alert?: boolean;
  title?: ComponentChildren;
  children?: ComponentChildren;
}) {
  const kind = props.kind ?? "quiet";
  return (
    <div class={`note ${kind}`} role={props.alert ? "alert" : undefined}>
      <Icon name={NOTE_ICONS[kind]} />
      <div class="grow">
        {props.title && <b>{props.title}</b>}
        {props.children}
      </div>
    </div>
  );
}

export function Chip(props: {
  pressed: boolean;
  onPress: () => void;
  icon?: IconName;
  hint?: string | undefined;
  children: ComponentChildren;
}) {
  return (
    <button type="button" class="chip" aria-pressed={props.pressed} onClick={props.onPress}>
      {props.icon && <Icon name={props.icon} />}
      <span>
        {props.children}
        {props.hint && <small>{props.hint}</small>}
      </span>
    </button>
  );
}

export function Segments<V extends string>(props: {
  label: string;
  value: V | null;
  options: ReadonlyArray<{ value: V; text: ComponentChildren; icon?: IconName }>;
  onChange: (value: V) => void;
}) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a row of toggles inside other fieldsets, not a form group of its own
    <div class="segments" role="group" aria-label={props.label}>
      {props.options.map((o) => (
        <button
          key={o.value}
          type="button"
          aria-pressed={o.value === props.value}
          onClick={() => props.onChange(o.value)}
        >
          {o.icon && <Icon name={o.icon} />}
          {o.text}
        </button>
      ))}
    </div>
  );
}

export function Field(props: {
  label: string;
  wrong?: string | undefined;
  hint?: string;
  children: ComponentChildren;
}) {
  return (
    // biome-ignore lint/a11y/noLabelWithoutControl: the control is the child
    <label class="field">
      <span>{props.label}</span>
      {props.children}
      {props.hint && <small class="sub">{props.hint}</small>}
      {props.wrong && <span class="wrong">{props.wrong}</span>}
    </label>
  );
}

export function Input(props: InputHTMLAttributes<HTMLInputElement> & { onText?: (text: string) => void }) {
  const { onText, ...rest } = props;
  return <input {...rest} class="input" onInput={(e) => onText?.(e.currentTarget.value)} />;
}

/** A dialog keeps the focus inside and closes with Esc; used only before something that asks for a decision. */
export function Dialog(props: {
  title: string;
  onClose: () => void;
  /** For tables, which need more than a question does. */
  wide?: boolean;
  children: ComponentChildren;
  acts?: ComponentChildren;
  /** What Enter does in a field: the main act, once it can be done. */
  onEnter?: (() => unknown) | undefined;
}) {
  const box = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const before = document.activeElement as HTMLElement | null;
    (box.current?.querySelector<HTMLElement>("input, button, select, textarea") ?? box.current)?.focus();
    return () => before?.focus?.();
  }, []);
  const keys = (event: KeyboardEvent) => {
    if (event.key === "Escape") props.onClose();
    if (
      event.key === "Enter" &&
      props.onEnter &&
      !event.isComposing &&
      event.target instanceof HTMLInputElement
    ) {
      event.preventDefault();
      props.onEnter();
    }
    if (event.key !== "Tab") return;
    const inside = [
      ...(box.current?.querySelectorAll<HTMLElement>(
        "a[href], button:not(:disabled), input, select, textarea",
      ) ?? []),
    ];
    const first = inside[0];
    const last = inside[inside.length - 1];
    if (event.shiftKey && document.activeElement === first) {
      event.preventDefault();
      last?.focus();
    } else if (!event.shiftKey && document.activeElement === last) {
      event.preventDefault();
      first?.focus();
    }
  };
  return (
    <div class="scrim">
      <div
        class={props.wide ? "dialog wide" : "dialog"}
        role="dialog"
        aria-modal="true"
        aria-label={props.title}
        tabIndex={-1}
        ref={box}
        onKeyDown={keys}
      >
        <h2 class="head">{props.title}</h2>
        {props.children}
        {props.acts && <div class="acts">{props.acts}</div>}
      </div>
    </div>
  );
}

/** Empty lists say in one sentence why, and offer at most one act. */
export function Empty(props: { children: ComponentChildren; act?: ComponentChildren }) {
  return (
    <div class="busy">
      <div>
        <p>{props.children}</p>
        {props.act}
      </div>
    </div>
  );
}

export function Busy(props: { label?: string }) {
  return (
    <div class="busy" role="status">
      {props.label ?? t("loading")}
    </div>
  );
}
