/**
 * Calls signed with the tablet's key. When the server cannot date a proof (the tablet's clock is off) or has seen it (the
 * browser sent a call twice), it answers with a nonce; the call is then made once more, by the server's clock. Decides
 * nothing else: every other answer is the caller's.
 */
import { type DeviceKey, prove } from "../lock/device-key";

export type SigningPorts = { fetcher: typeof fetch; now: () => number; newId: () => string };
export type SignedCall = (key: DeviceKey, request: Request, token?: string) => Promise<Response>;

export class Signer {
  /** Milliseconds by which the server's clock is ahead of this tablet's, as far as it was ever told. */
  private ahead = 0;

  constructor(private readonly ports: SigningPorts) {}

  /** The request may be sent twice, so it is left as it is and copies of it go out. */
  readonly call: SignedCall = async (key, request, token) => {
    const first = await this.send(key, request, token);
    const nonce = first.headers.get("DPoP-Nonce");
    if (!nonce || (first.status !== 400 && first.status !== 401)) return first;
    this.learn(first.headers.get("Date"));
    return this.send(key, request, token, nonce);
  };

  /** The two headers of a call that is made elsewhere (the live channel). */
  async headers(
    key: DeviceKey,
    method: string,
    address: string,
    token: string,
  ): Promise<Record<string, string>> {
    return { Authorization: `DPoP ${token}`, DPoP: await this.proof(key, method, address, token) };
  }

  private async send(key: DeviceKey, request: Request, token?: string, nonce?: string): Promise<Response> {
    const copy = request.clone();
    if (token) copy.headers.set("Authorization", `DPoP ${token}`);
    copy.headers.set("DPoP", await this.proof(key, copy.method, copy.url, token, nonce));
    return this.ports.fetcher(copy);
  }

  private proof(key: DeviceKey, method: string, address: string, token?: string, nonce?: string) {
    const made = { made: this.ports.now() + this.ahead, id: this.ports.newId() };
    return prove(key, { method, address, token, nonce }, made);
  }

  private learn(date: string | null): void {
    const told = date ? Date.parse(date) : Number.NaN;
    if (!Number.isNaN(told)) this.ahead = told - this.ports.now();
  }
}
