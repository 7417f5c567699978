/**
 * Says whether onnxruntime's CUDA provider links against the CUDA of the image that it goes into, by reading what the
 * library needs: `node scripts/deploy/check-cuda.mjs <folder of onnxruntime-node> <major version>`. A build that brings
 * the wrong one ends here, not on the machine with the device.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const [PT_LOAD, PT_DYNAMIC] = [1, 2];
const [DT_NEEDED, DT_STRTAB] = [1n, 5n];

/** Names of the libraries that a 64-bit ELF file needs (System V ABI: the entries DT_NEEDED of its dynamic section). */
export const neededBy = (bytes) => {
  const elf = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (elf.getUint32(0) !== 0x7f454c46 || elf.getUint8(4) !== 2) throw new Error('no 64-bit ELF file');
  const number = (at) => Number(elf.getBigUint64(at, true));
  const [table, size, count] = [number(32), elf.getUint16(54, true), elf.getUint16(56, true)];
  const segments = Array.from({ length: count }, (_, i) => {
    const at = table + i * size;
    return { type: elf.getUint32(at, true), offset: number(at + 8), address: number(at + 16), bytes: number(at + 32) };
  });
  const dynamic = segments.find(({ type }) => type === PT_DYNAMIC);
  if (!dynamic) return [];
  const entries = [];
  for (let at = dynamic.offset; at < dynamic.offset + dynamic.bytes; at += 16)
    entries.push([elf.getBigInt64(at, true), number(at + 8)]);
  const address = entries.find(([tag]) => tag === DT_STRTAB)?.[1] ?? 0;
  const inside = segments.find((s) => s.type === PT_LOAD && address >= s.address && address < s.address + s.bytes);
  const strings = address - inside.address + inside.offset;
  return entries
    .filter(([tag]) => tag === DT_NEEDED)
    .map(([, offset]) => {
      const from = strings + offset;
      return bytes.subarray(from, bytes.indexOf(0, from)).toString('latin1');
    });
};

/** `libcudart.so.12` and `libcublas.so.12` name a major version; cuDNN counts its own. */
export const cudaMajorOf = (needed) => {
  const majors = new Set(needed.flatMap((name) => /^lib(?:cudart|cublas|cublasLt)\.so\.(\d+)/.exec(name)?.[1] ?? []));
  return majors.size === 1 ? Number([...majors][0]) : null;
};

if (process.argv[1] === import.meta.filename) {
  const [, , folder, wanted] = process.argv;
  const files = readdirSync(folder, { recursive: true }).map(String);
  const file = files.find((name) => name.endsWith(`${process.arch}/libonnxruntime_providers_cuda.so`));
  if (!file) {
    process.stderr.write(
      `${folder} has no libonnxruntime_providers_cuda.so for ${process.arch}: its install script did not bring it\n`,
    );
    process.exit(1);
  }
  const needed = neededBy(readFileSync(join(folder, file)));
  const major = cudaMajorOf(needed);
  process.stdout.write(`${file} needs ${needed.join(', ')}\n`);
  if (major !== Number(wanted)) {
    process.stderr.write(
      `it links against CUDA ${major ?? 'of no single version'}, and this image has CUDA ${wanted}\n`,
    );
    process.exit(1);
  }
}
