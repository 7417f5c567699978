/** Reads a network of this machine: the file's bytes, and its graph in canonical form. */
import { readFile } from 'node:fs/promises';
import { canonicalize } from '@topiary/canonical';
import { decode, type Graph, printShape, type Value } from '@topiary/onnx';
import { UsageError } from '../exit.js';

export interface Network {
  readonly path: string;
  readonly bytes: Uint8Array;
  readonly graph: Graph;
}

const whyNot: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EISDIR: 'it is a folder',
  EACCES: 'it may not be read',
};

export const readNetwork = async (path: string): Promise<Network> => {
  const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    throw new UsageError(`${path}: ${whyNot[error.code ?? ''] ?? error.message}`);
  });
  return { path, bytes, graph: canonicalize(decode(bytes)) };
};

const port = ({ name, type, shape }: Value): string =>
  `${name} ${type === 'float32' ? '' : `${type} `}${printShape(shape)}`;

/** `input [N, 3, 224, 224] -> logits [N, 1000]` */
export const portsOf = ({ inputs, outputs }: Graph): string =>
  `${inputs.map(port).join(', ')} -> ${outputs.map(port).join(', ')}`;
