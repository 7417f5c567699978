/** Types of node-versions.mjs. */
export function checkNode(version?: string): string | null;
export function endOfLife(version?: string, now?: Date): string | null;
