/**
 * The one clock of a tablet: fed by what the server says, looked at on start, on resume and each minute, and kept, so
 * that a page started anew cannot be told an earlier time. Knows no deadline of its own; who has one asks here (A5).
 */
import { signal } from "@preact/signals";
import {
  type Clock,
  type ClockVerdict,
  heardServer,
  isOver,
  observed,
  type Reading,
  restarted,
  timeAt,
  verdictOf,
} from "./clock";

export type ClockPorts = {
  /** Wall and monotonic time, both in milliseconds. */
  reading: () => Reading;
  kept: () => Promise<Clock | undefined>;
  keep: (clock: Clock) => Promise<void>;
};

/** A restart may lose this much of the mark; far less than what a clock is allowed to be wrong by. */
const KEEP_EVERY_MS = 20_000;

export class TabletClock {
  /** Whether medical information may be open by this clock; `too_long_alone` before the server was ever heard. */
  readonly verdict = signal<ClockVerdict>("too_long_alone");
  private clock: Clock | null = null;
  private keptAt = Number.NEGATIVE_INFINITY;

  constructor(private readonly ports: ClockPorts) {}

  /** Once per page: takes up the mark that earlier pages left. */
  async start(): Promise<void> {
    const kept = await this.ports.kept();
    if (kept && !this.clock) this.clock = restarted(kept);
    await this.look();
  }

  /** The server has said what time it is, in epoch milliseconds. */
  heard(server: number): void {
    if (Number.isNaN(server)) return;
    this.clock = heardServer(server, this.ports.reading());
    this.verdict.value = verdictOf(this.clock, this.ports.reading());
    if (this.ports.reading().monotonic - this.keptAt >= KEEP_EVERY_MS) void this.look();
  }

  /** Look at all witnesses and keep the mark. */
  async look(): Promise<void> {
    if (!this.clock) return;
    const reading = this.ports.reading();
    this.verdict.value = verdictOf(this.clock, reading);
    this.clock = observed(this.clock, reading);
    this.keptAt = reading.monotonic;
    await this.ports.keep(this.clock);
  }

  /** What time it certainly is at least, in epoch milliseconds; the wall clock while nobody was ever heard. */
  time(): number {
    const reading = this.ports.reading();
    return this.clock ? timeAt(this.clock, reading) : reading.wall;
  }

  /** Whether an instant (ISO) has come. */
  isOver(notAfter: string): boolean {
    const reading = this.ports.reading();
    const end = Date.parse(notAfter);
    return this.clock ? isOver(this.clock, reading, end) : reading.wall >= end;
  }

  /** Asked anew, because the wall clock may have been turned since the last look. */
  certain(): boolean {
    if (this.clock) this.verdict.value = verdictOf(this.clock, this.ports.reading());
    return this.verdict.value === "certain";
  }
}
