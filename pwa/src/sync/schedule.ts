/**
 * When to exchange: after every save, after every live event, when the server is reachable again, and every now and
 * then. One round at a time: first everything is sent, then everything is fetched. A wish during a round starts one more.
 */
export type Round = () => Promise<void>;

export class Schedule {
  private running: Promise<void> | null = null;
  private again = false;

  constructor(private readonly round: Round) {}

  /** Ask for a round; resolves when everything asked for until now was exchanged or kept. */
  soon(): Promise<void> {
    if (this.running) {
      this.again = true;
      return this.running;
    }
    this.running = this.loop().finally(() => {
      this.running = null;
    });
    return this.running;
  }

  private async loop(): Promise<void> {
    do {
      this.again = false;
      await this.round();
    } while (this.again);
  }
}

/** How long until the next question to the server, by what is known. */
export function nextPingMs(reach: "unknown" | "online" | "offline"): number {
  return reach === "online" ? 15_000 : 4_000;
}

/** How long until the next pull without an event: the live channel makes polling rare. */
export function nextPollMs(live: boolean): number {
  return live ? 5 * 60_000 : 20_000;
}
