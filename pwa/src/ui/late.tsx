/**
 * A screen whose code is fetched when it is first shown; until it is here, something calm stands in its place.
 *
 * Code that does not come (a new version took its place in another window, or no signal and nothing stored) is said in
 * words with the way out: loading the app anew. Never by itself: somebody may be reading or typing beside it.
 */
import type { ComponentChild, ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";
import { t } from "../text";
import { Button, Empty } from "./parts";

export function late<P extends object>(
  load: () => Promise<{ default: ComponentType<P> }>,
  waiting: () => ComponentChild,
): ComponentType<P> {
  let Screen: ComponentType<P> | null = null;
  return function Late(props: P) {
    const [state, setState] = useState<"waiting" | "here" | "missing">(Screen ? "here" : "waiting");
    useEffect(() => {
      if (Screen) return;
      load().then(
        (code) => {
          Screen = code.default;
          setState("here");
        },
        () => setState("missing"),
      );
    }, []);
    if (Screen) return <Screen {...props} />;
    return state === "missing" ? <Missing /> : waiting();
  };
}

function Missing() {
  return (
    <main>
      <div role="alert">
        <Empty
          act={
            <Button kind="primary" icon="refresh" onClick={() => location.reload()}>
              {t("screen.again")}
            </Button>
          }
        >
          {t("screen.missing")}
        </Empty>
      </div>
    </main>
  );
}
