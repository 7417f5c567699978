/** What the exit status says to a script. */

export const EXIT = {
  ok: 0,
  /** The work itself failed: a run ended without a result, or a file did not pass. */
  failed: 1,
  usage: 2,
  /** The server understood and said no. */
  refused: 3,
  /** No server, or one in trouble: trying again may help. */
  unavailable: 4,
  interrupted: 130,
} as const;

export const EXIT_HELP = `exit status: 0 fine · 1 the work failed · 2 wrong usage · 3 the server refused · 4 no server, or one in trouble`;

/** The caller's mistake on the command line: one sentence, and where to read more. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
