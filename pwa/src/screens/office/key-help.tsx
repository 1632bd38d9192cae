/** All keys on one page, and the switch for people to whom single keys are a trap (WCAG 2.1.4). */
import { t } from "../../text";
import { type OfficeKey, to } from "../../text/office";
import { Button, Dialog } from "../../ui/parts";
import { keysOff, switchKeys } from "./keys";

const GROUPS: ReadonlyArray<readonly [OfficeKey, ReadonlyArray<readonly [readonly string[], OfficeKey]>]> = [
  [
    "keys.list",
    [
      [["↑", "↓", "J", "K", "Home", "End"], "keys.move"],
      [["Enter", "F4"], "keys.open"],
      [["N"], "keys.next"],
      [["F"], "keys.filters"],
      [["R"], "keys.fetch"],
      [["Q"], "keys.period"],
      [["Z"], "keys.undo"],
    ],
  ],
  [
    "keys.comparison",
    [
      [["1", "2", "3", "4"], "keys.pick"],
      [["Space"], "keys.tick"],
      [["A"], "keys.tickAll"],
      [["U", "O", "I"], "keys.acts"],
      [["S", "F4"], "keys.save"],
      [["Z"], "keys.undo"],
      [["Esc"], "keys.leave"],
    ],
  ],
  [
    "keys.everywhere",
    [
      [["/"], "keys.search"],
      [["G", "L T P M C D"], "keys.go"],
      [["?"], "keys.help"],
    ],
  ],
];

export function KeyHelp(props: { onClose: () => void }) {
  return (
    <Dialog
      wide
      title={to("keys.title")}
      onClose={props.onClose}
      acts={
        <Button kind="primary" onClick={props.onClose}>
          {t("close")}
        </Button>
      }
    >
      <div class="key-groups">
        {GROUPS.map(([title, keys]) => (
          <section key={title}>
            <b>{to(title)}</b>
            <dl class="keys">
              {keys.map(([names, text]) => (
                <div key={text}>
                  <dt>
                    {names.map((name) => (
                      <kbd key={name}>{name}</kbd>
                    ))}
                  </dt>
                  <dd>{to(text)}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
      <label class="tick">
        <input
          type="checkbox"
          checked={keysOff.value}
          onChange={(event) => switchKeys(event.currentTarget.checked)}
        />
        {to("keys.off")}
      </label>
    </Dialog>
  );
}
