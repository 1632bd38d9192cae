/** A failure as a person reads it: what happened, why, what to do. */
import type { Failure } from "../../api/client";
import { clock } from "../../domain/dates";
import { t } from "../../text";
import { to } from "../../text/office";
import { Button, Note } from "../../ui/parts";

export function Trouble(props: { failure: Failure | null; onRetry?: () => unknown }) {
  const failure = props.failure;
  if (!failure) return null;
  const words = troubleWords(failure);
  // Who has no right has none at the second try either: nothing is broken, and there is nothing to press.
  if (failure.kind === "problem" && failure.code === "role_not_allowed") {
    return <Note title={words.title}>{words.next}</Note>;
  }
  // The same once more is as wrong as before: what was given wants another word or another file.
  const again = failure.kind === "offline" || failure.status !== 422;
  return (
    <Note kind="bad" alert title={words.title}>
      <p>{words.next}</p>
      {again && props.onRetry && <Button onClick={props.onRetry}>{t("retry")}</Button>}
    </Note>
  );
}

export function troubleWords(failure: Failure): { title: string; next: string } {
  if (failure.kind === "offline") return { title: to("error.cause"), next: to("error.next") };
  const until = failure.until ? ` ${to("signIn.lockedUntil", { time: clock(new Date(failure.until)) })}` : "";
  return {
    title: [failure.title, failure.detail].filter(Boolean).join(" "),
    next: `${failure.next_step ?? ""}${until}`,
  };
}
