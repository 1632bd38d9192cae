/** What has reached its deadline leaves: on start, on resume and each minute. Screens follow the certain time. */
import { clock, keyring, records, sealed } from "./held";
import { instant } from "./told";

/** Screens follow the certain time, not the wall clock alone. */
export function tick(): void {
  instant.value = new Date(Math.max(clock.time(), 0));
  records.dropExpired(instant.value);
  if (!clock.certain()) records.dropMedical();
  const day = records.day.value;
  if (records.ended.value || (day && clock.isOver(day.not_after))) records.endDay();
}

/** On start, on resume and each minute: what has reached its deadline is deleted, in memory and in the store. */
export async function sweep(): Promise<void> {
  await clock.look();
  tick();
  await keyring.expire();
  await sealed.sweep((end) => clock.isOver(end));
}
