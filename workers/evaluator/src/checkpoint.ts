/** State that a run may go on from after its process died: one file per run, in the home of this machine's worker. */
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

export interface Checkpoints {
  write(state: Uint8Array): Promise<void>;
  read(): Promise<Uint8Array | null>;
  remove(): Promise<void>;
}

export const checkpointsOf = (home: string, run: string): Checkpoints => {
  const folder = join(home, 'checkpoints');
  const file = join(folder, run);
  return {
    write: async (state) => {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const next = `${file}.next`;
      await writeFile(next, state, { mode: 0o600 });
      await rename(next, file);
    },
    read: async () => {
      try {
        return await readFile(file);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
        throw error;
      }
    },
    remove: () => rm(file, { force: true }),
  };
};
