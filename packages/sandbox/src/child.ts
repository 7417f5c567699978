/** The side of the child: answers questions by name, one after another. */
import { readFileSync } from 'node:fs';
import { isTopiaryError } from '@topiary/errors';
import { type Answer, type Question, saysOutOfMemory } from './messages.js';

/** The descriptors after those of the channel are the files that the parent opened. */
const FIRST_FILE = 4;

/** Bytes of a file that the parent opened, by its place in `files`; the child itself could not open it. */
export const readGiven = (i: number): Uint8Array => readFileSync(FIRST_FILE + i);

/** `notify` says something before the answer. */
export type Handler = (value: never, notify: (notice: unknown) => void) => unknown;

const answer = async (handlers: Readonly<Record<string, Handler>>, question: Question): Promise<Answer> => {
  const { id, name, value } = question;
  try {
    const handler = handlers[name];
    if (handler === undefined) throw new Error(`no handler '${name}'`);
    return { id, ok: true, value: await handler(value as never, (notice) => process.send?.({ id, notice })) };
  } catch (error) {
    if (isTopiaryError(error)) return { id, ok: false, code: error.code, details: error.details };
    const got = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    const code = saysOutOfMemory(got) ? 'TOPIARY_SANDBOX_MEMORY' : 'TOPIARY_SANDBOX_CRASHED';
    return { id, ok: false, code, details: { where: name, expected: 'an answer', got } };
  }
};

export const serve = (handlers: Readonly<Record<string, Handler>>): void => {
  process.on('message', (question: Question) => {
    void answer(handlers, question).then((reply) => process.send?.(reply));
  });
  // Without a parent nobody wants the answer.
  process.on('disconnect', () => process.exit(1));
};
