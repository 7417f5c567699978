/** What a run is flagged with, in words. A flag of an installation's own stands as it is. */
import { flags } from '../../messages/en/flags.js';

interface FlagWords {
  readonly title: string;
  /** A sentence; empty where nobody wrote one. */
  readonly meaning: string;
}

const WORDS: Readonly<Record<string, string>> = flags;

export const flagWords = (flag: string): FlagWords => ({
  title: WORDS[flag] ?? flag,
  meaning: WORDS[`${flag}.means`] ?? '',
});
