/** What both forms of files send of themselves, and what they still miss. */
import type { Board } from '@topiary/contracts';
import { readSeeds } from '../submit-form/state.js';
import type { About } from './about-fields.js';
import { t } from './words.js';

export const firstOpen = (boards: readonly Board[]): string => boards.find(({ state }) => state === 'open')?.id ?? '';

export const aboutBody = ({ board, method, paper, licence }: About) => ({
  board,
  method: method.trim(),
  licence: licence.trim(),
  ...(paper.trim() === '' ? {} : { paper: paper.trim() }),
});

export const missingOf = ({ method, licence }: About, hasFile: boolean): string[] => [
  ...(method.trim() === '' ? [t('files.missing.method')] : []),
  ...(licence.trim() === '' ? [t('files.missing.licence')] : []),
  ...(hasFile ? [] : [t('files.missing.file')]),
];

export const missingSeeds = (seeds: string): string[] => (readSeeds(seeds) === null ? [t('files.missing.seeds')] : []);

export const seedsBody = (text: string) => {
  const seeds = readSeeds(text);
  return seeds === null ? {} : { seeds };
};
