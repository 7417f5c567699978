/** Is it an ONNX file at all, and not too large? */
import { refuse, type Step } from './_step.js';

/** First bytes of what people upload by mistake, or by design. */
const OTHERS: readonly (readonly [string, readonly number[]])[] = [
  ['a zip archive (a PyTorch checkpoint is one)', [0x50, 0x4b]],
  ['a gzip archive', [0x1f, 0x8b]],
  ['a bzip2 archive', [0x42, 0x5a, 0x68]],
  ['an xz archive', [0xfd, 0x37, 0x7a, 0x58, 0x5a]],
  ['a 7z archive', [0x37, 0x7a, 0xbc, 0xaf]],
  ['a zstd archive', [0x28, 0xb5, 0x2f, 0xfd]],
  ['a Python pickle', [0x80]],
  ['an HDF5 file', [0x89, 0x48, 0x44, 0x46]],
  ['a program', [0x7f, 0x45, 0x4c, 0x46]],
  ['a PNG picture', [0x89, 0x50, 0x4e, 0x47]],
  ['a PDF document', [0x25, 0x50, 0x44, 0x46]],
];
/** A tar archive says so at byte 257. */
const TAR = [0x75, 0x73, 0x74, 0x61, 0x72];
/** Every ONNX writer begins with field 1, the IR version. */
const MAGIC = 0x08;

const startsWith = (bytes: Uint8Array, start: readonly number[], at = 0): boolean =>
  start.every((byte, i) => bytes[at + i] === byte);

const kindOf = (bytes: Uint8Array): string => {
  if (startsWith(bytes, TAR, 257)) return 'a tar archive';
  const known = OTHERS.find(([, start]) => startsWith(bytes, start));
  if (known) return known[0];
  const first = Array.from(bytes.subarray(0, 4), (byte) => byte.toString(16).padStart(2, '0')).join(' ');
  return bytes.length === 0 ? 'no bytes' : `a file that begins with ${first}`;
};

export const file: Step = {
  id: 'file',
  title: 'An ONNX file of a size that this server takes',
  run: ({ bytes, rules }) => {
    const { bytes: most } = rules.limits;
    if (bytes.length > most)
      throw refuse('TOPIARY_GATE_TOO_LARGE', 'the file', `at most ${most} bytes`, `${bytes.length}`);
    if (bytes[0] !== MAGIC || startsWith(bytes, TAR, 257))
      throw refuse('TOPIARY_GATE_NOT_ONNX', 'the file', 'an ONNX model, which begins with byte 08', kindOf(bytes));
    return `${bytes.length} bytes`;
  },
};
