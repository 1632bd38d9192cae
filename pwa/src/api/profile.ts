/** What the shell must know before anybody signs in. Kept for the session only. */
import { signal } from "@preact/signals";
import { office, type Schemas, settle } from "./client";

export const profile = signal<Schemas["ProfileOut"] | null>(null);

export async function loadProfile(): Promise<void> {
  const found = await settle(office.GET("/api/session/profile"));
  if (found.ok) profile.value = found.value;
}
