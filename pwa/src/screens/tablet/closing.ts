/** Closing the screen, and leaving the tablet to somebody else. Stores nothing and tells nobody. */
import { bag } from "./carrying";
import { forgetDrafts } from "./draft";
import { keyring, records, vault } from "./held";
import { stopListening } from "./live-channel";
import { cover } from "./told";

/** Nobody's data stays on the screen or readable in memory. */
export function closeScreen(): void {
  vault.lock();
  keyring.lock();
  bag.close();
  records.forgetAll();
  cover.value = false;
  stopListening();
}

/** Somebody else takes the tablet, or nobody may any more. */
export function leaveToOther(): void {
  keyring.drop();
  forgetDrafts();
}
