/**
 * Who is signed in at this browser. After thirty minutes without a hand on it the browser signs out by itself; the
 * screen below stays mounted but hidden, so that address and typed input are still there afterwards.
 */
import { signal } from "@preact/signals";
import { type Answer, type Failure, office, type Schemas, settle } from "../../api/client";

export type Session = Schemas["SessionOut"];
export type SignedOut = "idle" | "expired" | "left";

export type Arrival = Schemas["SignInOut"];

/** undefined: not asked yet. */
export const session = signal<Session | null | undefined>(undefined);
/** Why nobody is signed in any more; null when nobody was. */
export const signedOut = signal<SignedOut | null>(null);
/** How far a sign-in has come that is not open yet: the stage the server named. */
export const arrival = signal<Arrival | null>(null);
/** Recovery codes just made, which the person must keep before the office opens. */
export const newCodes = signal<readonly string[] | null>(null);
/** What another page brought along to be said once, such as that the clinic's account is linked now. */
export const notice = signal<string | null>(null);
/** The server did not answer when we asked who is signed in. */
export const unreachable = signal(false);

export const IDLE_MS = 30 * 60_000;
const ACTIVE_KEY = "otonai-office-active";

/** A call of the office. When the session has ended meanwhile the sign-in appears over the screen. */
export async function ask<T>(call: Promise<{ data?: T; error?: unknown; response: Response }>): Answer<T> {
  const answer = await settle(call);
  if (!answer.ok && hasEnded(answer.error) && session.value) {
    signedOut.value = "expired";
    session.value = null;
  }
  return answer;
}

const hasEnded = (failure: Failure): boolean =>
  failure.kind === "problem" && failure.code === "not_signed_in";

export async function loadSession(): Promise<void> {
  const found = await settle(office.GET("/api/session"));
  unreachable.value = !found.ok && found.error.kind === "offline";
  if (unreachable.value) return;
  if (found.ok) touch();
  session.value = found.ok ? found.value : null;
}

export function signIn(loginName: string, password: string): Promise<Failure | null> {
  return step(office.POST("/api/session", { body: { login_name: loginName, password } }));
}

/** One step of a sign-in: whatever the server names next is shown next. */
export async function step(
  call: Promise<{ data?: Arrival; error?: unknown; response: Response }>,
): Promise<Failure | null> {
  const told = await settle(call);
  if (!told.ok) return leftBehind(told.error);
  arrived(told.value);
  return null;
}

export function arrived(told: Arrival): void {
  if (told.stage !== "open" || !told.session) {
    arrival.value = told;
    return;
  }
  touch();
  signedOut.value = null;
  arrival.value = null;
  session.value = told.session;
}

/** A sign-in that was left lying for a quarter of an hour begins anew. */
export function leftBehind(failure: Failure): Failure {
  if (hasEnded(failure)) startAgain("expired");
  return failure;
}

export function startAgain(why: SignedOut | null = null): void {
  if (arrival.value && why === null) void settle(office.DELETE("/api/session"));
  arrival.value = null;
  newCodes.value = null;
  signedOut.value = why;
}

export async function signOut(why: SignedOut = "left"): Promise<void> {
  await settle(office.DELETE("/api/session"));
  signedOut.value = why;
  session.value = null;
}

/** Remember that somebody is here; shared by the tabs of this browser, and only a time of day. */
export function touch(): void {
  localStorage.setItem(ACTIVE_KEY, String(Date.now()));
}

export function idleFor(now: number): number {
  return now - Number(localStorage.getItem(ACTIVE_KEY) ?? now);
}

/** Watch the hands on this browser; returns how to stop. */
export function watchIdle(): () => void {
  const hands = ["pointerdown", "keydown", "wheel"] as const;
  for (const kind of hands) addEventListener(kind, touch, { passive: true });
  const look = () => {
    if (session.value && idleFor(Date.now()) >= IDLE_MS) void signOut("idle");
  };
  const timer = setInterval(look, 10_000);
  document.addEventListener("visibilitychange", look);
  return () => {
    for (const kind of hands) removeEventListener(kind, touch);
    clearInterval(timer);
    document.removeEventListener("visibilitychange", look);
  };
}
