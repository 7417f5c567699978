/** How far something has come: a bar in one line at a terminal; elsewhere only its end is said. */
import type { Speech } from './speech.js';
import { fileSize, percent } from './text.js';

export interface Progress {
  at(sentBytes: number): void;
  /** Something worth a line of its own. */
  note(sentence: string): void;
  done(sentence: string): void;
}

const CELLS = 24;

/** `[=======>        ]  45 %` */
export const bar = (share: number): string => {
  const full = Math.round(Math.min(1, Math.max(0, share)) * CELLS);
  const head = full > 0 && full < CELLS ? `${'='.repeat(full - 1)}>` : '='.repeat(full);
  return `[${head.padEnd(CELLS)}] ${percent(share)}`;
};

export const progressOf = (speech: Pick<Speech, 'note' | 'status'>, name: string, bytes: number): Progress => ({
  at: (sent) => speech.status(`${name}  ${bar(sent / bytes)} of ${fileSize(bytes)}`),
  note: (sentence) => speech.note(`(${sentence})\n`),
  done: (sentence) => speech.note(`${name}  ${sentence}\n`),
});
