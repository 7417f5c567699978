/** CIFAR-10 in its official format, small and easy: each class has a colour of its own, with noise. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { random } from './random.js';

const SHADES = [40, 120, 200];

const records = (count: number, seed: number): Uint8Array => {
  const rng = random(seed);
  const bytes = new Uint8Array(count * 3073);
  for (let i = 0; i < count; i += 1) {
    const label = i % 10;
    bytes[i * 3073] = label;
    for (let p = 0; p < 3072; p += 1) {
      const shade = SHADES[Math.floor(label / 3 ** Math.floor(p / 1024)) % 3]!;
      bytes[i * 3073 + 1 + p] = shade + 20 * rng();
    }
  }
  return bytes;
};

/** Five files of `train` pictures each and one of `test`, into `<dataDir>/cifar10`. */
export const writeSmallCifar = async (dataDir: string, { train = 16, test = 60 } = {}): Promise<void> => {
  const folder = join(dataDir, 'cifar10');
  await mkdir(folder, { recursive: true });
  for (let i = 1; i <= 5; i += 1) await writeFile(join(folder, `data_batch_${i}.bin`), records(train, i));
  await writeFile(join(folder, 'test_batch.bin'), records(test, 9));
};
