/**
 * The only holder of keys: one person's day on this tablet. Takes the server's day shares, makes or unwraps the day's
 * keys, seals and opens pages with them, and lets go of everything at the deadline. Shares and keys live in memory only
 * and outlast an idle lock, so that a living page may be opened again without a network; while it is locked nothing is
 * sealed or opened. Decides nothing about screens and stores no page (A5, ADR 015).
 */
import { signal } from "@preact/signals";
import { fromBase64Url } from "../store/box";
import { type KeyLabel, type KeyMode, newDayKey, newDeviceWrappingKey, unwrapDayKey } from "./day-keys";
import { keepShare, openShare, publicKeyOf } from "./kept-share";
import type { KeyRow, KeyRows, PasskeyRow } from "./key-rows";
import { LocalPin, type LocalVerdict } from "./local-pin";
import { bytesOf, contentOf, openBytes, type PageClass, type SealedPage, sealBytes } from "./pages";
import type { Standing } from "./standing";
import type { TabletClock } from "./tablet-clock";

export type Person = { clinic: string; staff: string; device: string };
export type GivenShares = {
  day: string;
  medical_mode: KeyMode;
  shares: ReadonlyArray<{ class: PageClass; share: string; not_after: string }>;
};
/** `locked`: no key for it is held; `clock`: the clock cannot be believed; `over`: its deadline has passed. */
export type PageOpened =
  | { state: "open"; content: unknown }
  | { state: "damaged" | "locked" | "clock" | "over" };
/** The same before its bytes are read as content. */
export type BytesOpened = { state: "open"; bytes: ArrayBuffer } | Exclude<PageOpened, { state: "open" }>;
export type PasskeyOpened =
  | { state: "open"; person: Person; day: string }
  | { state: "wrong_passkey" | "nothing_kept" };

type Held = { key: CryptoKey; share: Uint8Array<ArrayBuffer>; notAfter: string };
type Session = {
  person: Person;
  day: string;
  mode: KeyMode;
  held: Map<PageClass, Held>;
  pin: LocalPin | null;
  by: "server" | "passkey";
};
type Bytes = Uint8Array<ArrayBuffer>;

export class Keyring {
  /** Whose day is held, and whether it is open; no key can be reached through it. */
  readonly holder = signal<{ person: Person; day: string; open: boolean } | null>(null);
  private session: Session | null = null;
  /** Rises whenever everything is let go of: keys that were still being made then are nobody's. */
  private turns = 0;
  private making: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly rows: KeyRows,
    private readonly clock: TabletClock,
  ) {}

  /**
   * The server has opened: its shares become keys. `pin` is remembered only as something to compare with. When
   * everything was let go of meanwhile, nothing is held afterwards.
   */
  take(person: Person, given: GivenShares, pin: string | null = null): Promise<void> {
    const taken = this.takeNow(person, given, pin);
    this.making = Promise.allSettled([this.making, taken]);
    return taken;
  }

  private async takeNow(person: Person, given: GivenShares, pin: string | null): Promise<void> {
    const turn = this.turns;
    const before = this.isHeldBy(person.staff) ? this.session?.pin : null;
    const session: Session = {
      person,
      day: given.day,
      mode: given.medical_mode,
      held: new Map(),
      pin: null,
      by: "server",
    };
    session.pin = pin === null ? (before ?? null) : await LocalPin.of(pin);
    for (const one of given.shares) {
      if (turn !== this.turns) break;
      const share = new Uint8Array(fromBase64Url(one.share));
      const label = labelOf(person, given.day, one.class);
      const key = await this.dayKey(label, share, one.not_after);
      session.held.set(one.class, { key, share, notAfter: one.not_after });
    }
    if (turn !== this.turns) return letGo(session);
    if (this.session) letGo(this.session);
    this.session = session;
    this.show(true);
    await this.keepForPasskey();
  }

  /** Seal under today's key of a class, until the earlier of both deadlines; null without an open key. */
  seal(of: PageClass, page: string, content: unknown, until?: string): Promise<SealedPage | null> {
    return this.sealBytes(of, page, bytesOf(content), until);
  }

  /** The same for content that is bytes already. */
  async sealBytes(of: PageClass, page: string, bytes: Bytes, until?: string): Promise<SealedPage | null> {
    const held = this.openKey(of);
    if (held === null || this.session === null) return null;
    const not_after = until && Date.parse(until) < Date.parse(held.notAfter) ? until : held.notAfter;
    const label = {
      ...labelOf(this.session.person, this.session.day, of),
      page,
      schema: "page/1" as const,
      not_after,
    };
    return sealBytes(held.key, label, bytes);
  }

  async open(page: SealedPage): Promise<PageOpened> {
    const found = await this.openBytes(page);
    return found.state === "open" ? contentOf(found.bytes) : found;
  }

  /** As bytes, for whoever compares them or reads many pages in an order of their own. */
  async openBytes(page: SealedPage): Promise<BytesOpened> {
    if (this.clock.isOver(page.not_after)) return { state: "over" };
    if (page.class === "M" && !this.clock.certain()) return { state: "clock" };
    const held = this.openKey(page.class);
    return held ? openBytes(held.key, page) : { state: "locked" };
  }

  /** Whether pages of a class can be sealed and opened now. */
  has(of: PageClass): boolean {
    return this.openKey(of) !== null && (of === "R" || this.clock.certain());
  }

  /** Until when today's key of a class exists. */
  deadline(of: PageClass): string | null {
    return this.session?.held.get(of)?.notAfter ?? null;
  }

  /** Whether the clinic lets a passkey open medical information on this tablet. */
  keepsMedicalForPasskey(): boolean {
    return this.session?.mode === "passkey" && this.session.held.has("M");
  }

  isHeldBy(staff: string): boolean {
    return this.session?.person.staff === staff && this.session.held.size > 0;
  }

  /** The screen is locked: keys stay, and answer to nobody until it is opened again. */
  lock(): void {
    this.show(false);
  }

  /** Whether a PIN could open what is held without a network. */
  knowsPinOf(staff: string): boolean {
    return this.isHeldBy(staff) && this.session?.pin != null;
  }

  /** Open again by PIN, in this page only. Five wrong tries and everything is gone. */
  async reopen(staff: string, pin: string): Promise<LocalVerdict | { kind: "not_held" }> {
    if (!this.session?.pin || !this.isHeldBy(staff)) return { kind: "not_held" };
    const { session } = this;
    const verdict = await this.session.pin.check(pin);
    if (session !== this.session) return { kind: "not_held" }; // Stopped, over or somebody else's meanwhile.
    if (verdict.kind === "right") this.show(true);
    if (verdict.kind === "spent") this.drop();
    return verdict;
  }

  /** Let go of everything held in memory. */
  drop(): void {
    this.turns += 1;
    if (this.session) letGo(this.session);
    this.session = null;
    this.holder.value = null;
  }

  /** Keys and wrapped keys whose deadline has passed leave memory and store. */
  async expire(): Promise<void> {
    for (const [of, held] of this.session?.held ?? []) {
      if (this.session && this.clock.isOver(held.notAfter)) this.letGoOf(this.session, of);
    }
    if (this.session?.held.size === 0) this.drop();
    const over = (await this.rows.all()).filter((row) => {
      const end = row.kind === "day" ? row.not_after : row.kind === "share" ? row.kept.not_after : null;
      return end !== null && this.clock.isOver(end);
    });
    if (over.length > 0) await this.rows.remove(over.map((row) => row.id));
  }

  /**
   * The server's word on who may hold what here. Keys of anybody else leave memory and store, whether the screen is
   * locked or not; unsent entries need none of them and stay (F23).
   */
  async obey(standing: Standing): Promise<void> {
    const mayHold = (staff: string, of: PageClass) => standing.classes.get(staff)?.has(of) ?? false;
    const mayKeep = (staff: string, of: PageClass) =>
      mayHold(staff, of) && (of === "R" || standing.medicalForPasskey);
    const { session } = this;
    if (session) {
      const may = session.by === "passkey" ? mayKeep : mayHold;
      for (const of of session.held.keys()) if (!may(session.person.staff, of)) this.letGoOf(session, of);
      if (!standing.medicalForPasskey) session.mode = "strict";
      if (session.held.size === 0) this.drop();
    }
    const over = (await this.rows.all()).filter((row) => {
      if (row.kind === "share") return !mayKeep(row.kept.staff, row.kept.class);
      if (row.kind === "day") return !mayHold(row.wrapped.staff, row.wrapped.class);
      return row.kind === "passkey" && !standing.classes.has(row.staff);
    });
    if (over.length > 0) await this.rows.remove(over.map((row) => row.id));
  }

  /** The passkeys that may open something here without a network. */
  async passkeys(): Promise<PasskeyRow[]> {
    return (await this.rows.all()).filter((row): row is PasskeyRow => row.kind === "passkey");
  }

  /** Set up a person's passkey by what it answered, and keep today's shares for it. */
  async enrolPasskey(made: {
    credential: string;
    salt: string;
    output: Bytes;
    at: string;
  }): Promise<boolean> {
    const person = this.session?.person;
    if (!person) return false;
    const public_key = await publicKeyOf(made.output, person);
    if (this.session?.person !== person) return false;
    const { credential, salt, at: made_at } = made;
    await this.rows.put({
      id: passkeyId(person.staff),
      kind: "passkey",
      ...person,
      credential,
      salt,
      public_key,
      made_at,
    });
    await this.keepForPasskey();
    return true;
  }

  async forgetPasskey(staff: string): Promise<void> {
    const shares = (await this.rows.all()).filter((row) => row.kind === "share" && row.kept.staff === staff);
    await this.rows.remove([passkeyId(staff), ...shares.map((row) => row.id)]);
  }

  /** A killed page, no network: what the passkey answered opens what was kept for it in the morning. */
  async openByPasskey(credential: string, output: Bytes): Promise<PasskeyOpened> {
    const turn = this.turns;
    const passkey = (await this.passkeys()).find((row) => row.credential === credential);
    if (!passkey) return { state: "nothing_kept" };
    const { clinic, staff, device } = passkey;
    if ((await publicKeyOf(output, passkey)) !== passkey.public_key) return { state: "wrong_passkey" };
    const deviceKey = await this.deviceKey();
    const session: Session = {
      person: { clinic, staff, device },
      day: "",
      mode: "passkey",
      held: new Map(),
      pin: null,
      by: "passkey",
    };
    const kept = (await this.rows.all()).filter((row) => row.kind === "share" && row.kept.staff === staff);
    const days = kept.flatMap((row) => (row.kind === "share" ? [row.kept.day] : []));
    const newest = days.sort().at(-1);
    for (const row of kept) {
      if (row.kind !== "share" || row.kept.day !== newest || this.clock.isOver(row.kept.not_after)) continue;
      const opened = await openShare(row.kept, output, deviceKey);
      const wrapped = await this.rows.get(dayId(row.kept));
      if (opened.state !== "open" || wrapped?.kind !== "day") continue;
      const found = await unwrapDayKey(wrapped.wrapped, opened.share, null, deviceKey);
      if (found.state !== "open") continue;
      const { not_after: notAfter, class: of } = row.kept;
      session.held.set(of, { key: found.key, share: opened.share, notAfter });
      session.day = row.kept.day;
    }
    if (session.held.size === 0 || turn !== this.turns) {
      letGo(session);
      return { state: "nothing_kept" };
    }
    this.drop();
    this.session = session;
    this.show(true);
    return { state: "open", person: session.person, day: session.day };
  }

  /** The tablet was stopped: nothing here opens anything any more. */
  async wipe(): Promise<void> {
    this.drop();
    await this.making; // What was being made notices, and what it still wrote is removed with the rest.
    await this.rows.remove((await this.rows.all()).map((row) => row.id));
  }

  /** Made at enrolment, or when it is first needed. */
  async deviceKey(): Promise<CryptoKey> {
    const kept = await this.rows.get("device");
    if (kept?.kind === "device") return kept.key;
    const made: KeyRow = { id: "device", kind: "device", key: await newDeviceWrappingKey() };
    const row = await this.rows.add(made);
    if (row.kind !== "device") throw new Error("another row stands where the tablet's key belongs");
    return row.key;
  }

  /** Today's key of a class: the one that is wrapped here, or a new one when the wrapping is of another share. */
  private async dayKey(label: KeyLabel, share: Bytes, not_after: string): Promise<CryptoKey> {
    const [id, deviceKey] = [dayId(label), await this.deviceKey()];
    const there = await this.rows.get(id);
    if (there?.kind === "day") {
      const found = await unwrapDayKey(there.wrapped, share, null, deviceKey);
      if (found.state === "open") return found.key;
      await this.rows.remove([id]);
    }
    const { key, kept } = await newDayKey(label, share, null, deviceKey);
    const row = await this.rows.add({ id, kind: "day", wrapped: kept, not_after });
    if (row.kind !== "day" || row.wrapped === kept) return key;
    const found = await unwrapDayKey(row.wrapped, share, null, deviceKey);
    return found.state === "open" ? found.key : key;
  }

  /** R always, M only where the clinic lets a passkey open it; what may not be kept any more leaves. */
  private async keepForPasskey(): Promise<void> {
    const { session } = this;
    if (!session) return;
    const { staff } = session.person;
    const passkey = (await this.passkeys()).find((row) => row.staff === staff);
    const mine = new Map<string, KeyRow>();
    if (passkey) {
      for (const [of, held] of session.held) {
        if (of === "M" && session.mode !== "passkey") continue;
        const label = { ...labelOf(session.person, session.day, of), not_after: held.notAfter };
        const kept = await keepShare(label, held.share, passkey.public_key, await this.deviceKey());
        mine.set(shareId(label), { id: shareId(label), kind: "share", kept });
      }
    }
    if (session !== this.session) return; // Let go of meanwhile; nothing of it is kept any more.
    const before = (await this.rows.all()).filter((row) => row.kind === "share" && row.kept.staff === staff);
    await this.rows.remove(before.map((row) => row.id).filter((id) => !mine.has(id)));
    for (const row of mine.values()) await this.rows.put(row);
  }

  private letGoOf(session: Session, of: PageClass): void {
    session.held.get(of)?.share.fill(0);
    session.held.delete(of);
  }

  private openKey(of: PageClass): Held | null {
    const held = this.holder.value?.open ? this.session?.held.get(of) : undefined;
    return held && !this.clock.isOver(held.notAfter) ? held : null;
  }

  private show(open: boolean): void {
    const { session } = this;
    this.holder.value = session ? { person: session.person, day: session.day, open } : null;
  }
}

const letGo = (session: Session): void => {
  for (const held of session.held.values()) held.share.fill(0);
  session.held.clear();
};
const labelOf = (person: Person, day: string, of: PageClass): KeyLabel => ({ ...person, day, class: of });
const dayId = (label: KeyLabel): string => `day|${label.staff}|${label.day}|${label.class}`;
const shareId = (label: KeyLabel): string => `share|${label.staff}|${label.day}|${label.class}`;
const passkeyId = (staff: string): string => `passkey|${staff}`;
