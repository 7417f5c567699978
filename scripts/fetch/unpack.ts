/** How an archive becomes the files of a data set. */
import { spawn } from 'node:child_process';

export type Unpack = (archive: string, folder: string) => Promise<void>;

interface Tarball {
  /** Folders of the archive that are dropped from the front of every name. */
  readonly strip: number;
  /** All that is unpacked: a folder in the archive; null: everything. */
  readonly only: string | null;
}

/** Every system that runs Node has a `tar`. */
export const tarball =
  ({ strip, only }: Tarball): Unpack =>
  (archive, folder) =>
    new Promise((done, failed) => {
      const args = ['-xzf', archive, '-C', folder, `--strip-components=${strip}`, ...(only === null ? [] : [only])];
      const tar = spawn('tar', args, { stdio: 'inherit' });
      tar.on('error', failed);
      tar.on('exit', (code) => (code === 0 ? done() : failed(new Error(`tar ended with ${code}`))));
    });
