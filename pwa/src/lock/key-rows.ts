/** How keys lie in the tablet's store: the tablet's own as the browser's object, everything else wrapped or public. */
import type { WrappedKey } from "./day-keys";
import type { KeptShare } from "./kept-share";

/** A person's passkey on this tablet as seen from outside: which it is, what to ask it, what it stands for. */
export type PasskeyRow = {
  id: string;
  kind: "passkey";
  clinic: string;
  staff: string;
  device: string;
  credential: string;
  /** What the passkey is asked, base64url. */
  salt: string;
  public_key: string;
  made_at: string;
};

export type KeyRow =
  | { id: "device"; kind: "device"; key: CryptoKey }
  | { id: string; kind: "day"; wrapped: WrappedKey; not_after: string }
  | { id: string; kind: "share"; kept: KeptShare }
  | PasskeyRow;

/** Where a keyring keeps its rows. `add` keeps what is there already and tells which row it is now. */
export type KeyRows = {
  all: () => Promise<KeyRow[]>;
  get: (id: string) => Promise<KeyRow | undefined>;
  put: (row: KeyRow) => Promise<void>;
  add: (row: KeyRow) => Promise<KeyRow>;
  remove: (ids: string[]) => Promise<void>;
};
