/** The tablet's sentences in English. */
import type { TabletKey } from "./tablet";

export const en: Partial<Record<TabletKey, string>> = {};
