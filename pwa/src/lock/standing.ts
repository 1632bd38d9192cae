/** Who may hold which keys on this tablet, by the server's last word. */
import { mayReadMedical } from "../domain/roles";
import type { KeyMode } from "./day-keys";
import type { PageClass } from "./pages";

export type Standing = {
  /** By person; whoever is missing may not open this tablet any more. */
  classes: ReadonlyMap<string, ReadonlySet<PageClass>>;
  /** Whether medical information may lie here for a passkey. */
  medicalForPasskey: boolean;
};
export type ToldOfTablet = {
  people: ReadonlyArray<{ staff_id: string; role: string }>;
  medical_offline: boolean;
  medical_mode: KeyMode;
};

export function standingOf({ people, medical_offline, medical_mode }: ToldOfTablet): Standing {
  const classes = new Map<string, ReadonlySet<PageClass>>();
  for (const { staff_id, role } of people) {
    classes.set(staff_id, new Set<PageClass>(medical_offline && mayReadMedical(role) ? ["R", "M"] : ["R"]));
  }
  return { classes, medicalForPasskey: medical_mode === "passkey" };
}
