/** How far a file has come: one line that counts up at a terminal; elsewhere only its end is said. */
import type { Io } from './command.js';
import { fileSize, percent } from './text.js';

export interface Progress {
  at(sentBytes: number): void;
  /** Something worth a line of its own. */
  note(sentence: string): void;
  done(sentence: string): void;
}

const CLEAR_LINE = '\r\u001b[2K';

export const progressOf = ({ err, terminal }: Pick<Io, 'err' | 'terminal'>, name: string, bytes: number): Progress => {
  const clear = terminal ? CLEAR_LINE : '';
  return {
    at: (sent) => {
      if (terminal) err(`${clear}${name}  ${percent(sent / bytes)} of ${fileSize(bytes)}`);
    },
    note: (sentence) => err(`${clear}(${sentence})\n`),
    done: (sentence) => err(`${clear}${name}  ${sentence}\n`),
  };
};
