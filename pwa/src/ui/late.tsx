/** A screen whose code is fetched when it is first shown; until it is here, something calm stands in its place. */
import type { ComponentChild, ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";

export function late<P extends object>(
  load: () => Promise<{ default: ComponentType<P> }>,
  waiting: () => ComponentChild,
): ComponentType<P> {
  let Screen: ComponentType<P> | null = null;
  return function Late(props: P) {
    const [, setHere] = useState(Screen !== null);
    useEffect(() => {
      if (Screen) return;
      void load().then((code) => {
        Screen = code.default;
        setHere(true);
      });
    }, []);
    return Screen ? <Screen {...props} /> : waiting();
  };
}
