import type { Slice } from './slice.ts';

/** Every capability. A new one is added here and nowhere else. */
export const slices: Slice[] = [];
