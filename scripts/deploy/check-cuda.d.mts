/** Types of check-cuda.mjs. */
export function neededBy(bytes: Buffer): string[];
export function cudaMajorOf(needed: readonly string[]): number | null;
