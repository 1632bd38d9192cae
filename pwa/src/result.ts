/** Outcomes are values: nothing that a caller must expect is thrown. */
export type Ok<T> = { readonly ok: true; readonly value: T };
export type Failed<E> = { readonly ok: false; readonly error: E };
export type Result<T, E> = Ok<T> | Failed<E>;

export const ok = <T>(value: T): Ok<T> => ({ ok: true, value });
export const failed = <E>(error: E): Failed<E> => ({ ok: false, error });
