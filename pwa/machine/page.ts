/**
 * One page of the tablet as the convergence machine loads it: the shipped composition and everything below it, without
 * its screens. Bundled to one function whose free names (clock, network, storage, randomness) are the machine's.
 */
export { settle } from "../src/api/client";
export { forgetDrafts, keepDraft } from "../src/screens/tablet/draft";
export * as held from "../src/screens/tablet/held";
export * as round from "../src/screens/tablet/round";
export * as tablet from "../src/screens/tablet/start";
