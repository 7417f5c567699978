/** The trained network in the home of its installation, where the server finds it. */
import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { TRAINED_FOLDER, TrainedBase } from '@topiary/contracts';

const pathOf = (home: string, board: string, ending: 'onnx' | 'json'): string =>
  join(home, TRAINED_FOLDER, `${board}.${ending}`);

/** Whole or not at all. */
const put = async (path: string, content: Uint8Array | string): Promise<void> => {
  await writeFile(`${path}.next`, content, { mode: 0o600 });
  await rename(`${path}.next`, path);
};

export const keepTrained = async (
  home: string,
  file: Uint8Array,
  facts: Omit<TrainedBase, 'sha256' | 'bytes' | 'date'>,
): Promise<TrainedBase> => {
  await mkdir(join(home, TRAINED_FOLDER), { recursive: true, mode: 0o700 });
  const sha256 = createHash('sha256').update(file).digest('hex');
  const trained = { ...facts, sha256, bytes: file.length, date: new Date().toISOString() };
  await put(pathOf(home, facts.board, 'onnx'), file);
  await put(pathOf(home, facts.board, 'json'), `${JSON.stringify(trained, null, 2)}\n`);
  return trained;
};

/** What the same training left before; null: nothing, or another one did. */
export const findTrained = async (
  home: string,
  board: string,
  training: string,
): Promise<{ readonly trained: TrainedBase; readonly file: Uint8Array } | null> => {
  const text = await readFile(pathOf(home, board, 'json'), 'utf8').catch(() => null);
  if (text === null) return null;
  const trained = TrainedBase.parse(JSON.parse(text));
  return trained.training === training ? { trained, file: await readFile(pathOf(home, board, 'onnx')) } : null;
};
