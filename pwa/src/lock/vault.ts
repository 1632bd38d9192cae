/** Who has opened this tablet. The unlock token lives here and nowhere else, and is dropped with the lock. */
import { computed, signal } from "@preact/signals";
import type { Schemas } from "../api/client";
import { mayReadMedical } from "../domain/roles";

export type OpenedBy = Pick<Schemas["StaffOut"], "id" | "name" | "role">;

export class Vault {
  private token: string | null = null;
  private readonly person = signal<OpenedBy | null>(null);
  readonly openedBy = computed(() => this.person.value);
  private readonly alone = signal(false);
  private turns = 0;
  readonly isAlone = computed(() => this.alone.value);
  readonly isOpen = computed(() => this.person.value !== null);

  /** Drugs and checkups are for doctors and nurses; the server enforces it, the screens do not even ask. */
  readonly mayReadMedical = computed(() => mayReadMedical(this.person.value?.role));

  /**
   * Rises whenever the tablet is opened or locked. Whoever waits for an answer keeps the number from before: an answer
   * that comes in another turn is for nobody who is here now.
   */
  turn(): number {
    return this.turns;
  }

  open(token: string, staff: OpenedBy): void {
    this.turns += 1;
    this.token = token;
    this.alone.value = false;
    this.person.value = { id: staff.id, name: staff.name, role: staff.role };
  }

  /** Opened on this tablet alone, without the server: there is no unlock to show, so nothing new can be fetched. */
  openAlone(staff: OpenedBy): void {
    this.turns += 1;
    this.token = null;
    this.person.value = staff;
    this.alone.value = true;
  }

  /** The header's value, or null while locked. */
  unlockToken(): string | null {
    return this.token;
  }

  lock(): void {
    this.turns += 1;
    this.token = null;
    this.alone.value = false;
    this.person.value = null;
  }
}
