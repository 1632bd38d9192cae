/**
 * An answer that was overtaken: somebody has chosen another month, filter or name while the server was still answering
 * the one before. Whoever asks takes `still` first and shows the answer only while it says yes.
 */
import { useRef } from "preact/hooks";

/** Whether `asked`, as it stood when this was called, is what the screen still wants. */
export function useStill(asked: string): () => boolean {
  const wanted = useRef(asked);
  wanted.current = asked;
  return () => wanted.current === asked;
}
