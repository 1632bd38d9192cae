/**
 * Whether the PIN typed now is the one the server took a while ago. Lives in this page's memory and is never stored, so
 * a copied storage gives nobody anything to guess at. It opens the screen again and is no key: who guesses five times
 * wrong loses what the page held (A5, offline strict).
 */

export const LOCAL_TRIES = 5;
/** Enough that five tries, not the digest, are what a guesser meets; the salt does not outlive the page. */
const ROUNDS = 120_000;

export type LocalVerdict = { kind: "right" } | { kind: "wrong"; remaining: number } | { kind: "spent" };

export class LocalPin {
  private left = LOCAL_TRIES;

  private constructor(
    private readonly salt: Uint8Array<ArrayBuffer>,
    private readonly digest: Uint8Array<ArrayBuffer>,
  ) {}

  static async of(pin: string): Promise<LocalPin> {
    const salt = crypto.getRandomValues(new Uint8Array(32));
    return new LocalPin(salt, await digestOf(pin, salt));
  }

  /** A try is counted before it is looked at. */
  async check(pin: string): Promise<LocalVerdict> {
    if (this.left <= 0) return { kind: "spent" };
    this.left -= 1;
    const digest = await digestOf(pin, this.salt);
    let differing = 0;
    for (let i = 0; i < digest.length; i += 1) differing |= (digest[i] ?? 0) ^ (this.digest[i] ?? 0);
    if (differing === 0) {
      this.left = LOCAL_TRIES;
      return { kind: "right" };
    }
    return this.left === 0 ? { kind: "spent" } : { kind: "wrong", remaining: this.left };
  }
}

async function digestOf(pin: string, salt: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  const typed = await crypto.subtle.importKey("raw", new TextEncoder().encode(pin), "PBKDF2", false, [
    "deriveBits",
  ]);
  const how = { name: "PBKDF2", hash: "SHA-256", salt, iterations: ROUNDS };
  return new Uint8Array(await crypto.subtle.deriveBits(how, typed, 256));
}
