/** How a command speaks: every word is made safe, one line at a terminal may be written over, `--quiet` leaves out what is no result. */
import type { Io } from './command.js';
import { safeText } from './safe-text.js';

export interface Speech {
  /** Results. */
  out(text: string): void;
  /** A result that is somebody's file: to another program it goes as it is. */
  raw(text: string): void;
  /** What went wrong. */
  err(text: string): void;
  /** What is good to know. */
  note(text: string): void;
  /** The line that a terminal stands in, anew; '' takes it away. */
  status(text: string): void;
}

const CLEAR_LINE = '\r\u001b[2K';

export const speechOf = (io: Pick<Io, 'out' | 'err' | 'terminal' | 'shown'>, quiet: boolean): Speech => {
  let isOpen = false;
  const status = (text: string): void => {
    if (!io.terminal || quiet || (text === '' && !isOpen)) return;
    io.err(`${CLEAR_LINE}${safeText(text).replaceAll('\n', ' ')}`);
    isOpen = text !== '';
  };
  const err = (text: string): void => {
    status('');
    io.err(safeText(text));
  };
  const out = (text: string): void => {
    status('');
    io.out(safeText(text));
  };
  return {
    out,
    raw: (text) => (io.shown ? out(text) : io.out(text)),
    err,
    note: (text) => (quiet ? undefined : err(text)),
    status,
  };
};
