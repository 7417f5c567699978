/** Weights from a file that somebody published: safetensors, or a checkpoint of PyTorch. Nothing in it is run. */
import { headerLength, readSafetensors } from './safetensors.js';
import { badFile, type Weights } from './stored.js';
import { readTorchCheckpoint } from './torch-checkpoint.js';

const ZIP = [0x50, 0x4b, 0x03, 0x04];
/** A pickle of protocol 2 that begins with PyTorch's magic number: the format before version 1.6. */
const LEGACY = [0x80, 0x02, 0x8a, 0x0a, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19];

const begins = (bytes: Uint8Array, with_: readonly number[]): boolean => with_.every((byte, i) => bytes[i] === byte);

const AGAIN =
  'Save it again in a PyTorch of today: torch.save(torch.load("old.pth", weights_only=True, map_location="cpu"), "new.pt")';

export const readWeights = async (bytes: Uint8Array): Promise<Weights> => {
  if (begins(bytes, ZIP)) return readTorchCheckpoint(bytes);
  if (headerLength(bytes) !== null) return readSafetensors(bytes);
  const expected = 'safetensors, or a checkpoint as torch.save writes it since PyTorch 1.6';
  if (begins(bytes, LEGACY)) throw badFile('the file', expected, 'a checkpoint in the older format', AGAIN);
  const head = Buffer.from(bytes.subarray(0, 8)).toString('hex');
  throw badFile('the file', expected, bytes.length === 0 ? 'no bytes' : `bytes that begin with ${head}`);
};
