/** Types of release-notes.mjs. */
export function notesOf(changelog: string, version: string): string | null;
