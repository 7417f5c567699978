/** Networks that come with the project: what the manifest says about them and where their files lie. */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { TopiaryError } from '@topiary/errors';
import manifest from '../shipped/manifest.json' with { type: 'json' };

export interface ShippedModel {
  readonly model: string;
  readonly dataset: string;
  /** What it was trained to do. */
  readonly task: string;
  /** Of the file, and its name. */
  readonly sha256: string;
  /** Of a pipeline of several parts the sha256 of each one's file; the model's own file is the manifest that names them. */
  readonly parts?: Readonly<Record<string, string>>;
  readonly bytes: number;
  /** What its task wants to know of it; of a classifier its input's normalisation. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** Of one picture. */
  readonly params: number;
  readonly macs: { readonly pure: number; readonly published: number };
  /** Measured on the reference test split, whose hash stands beside them; in the units of the task; the first ranks. */
  readonly metrics: readonly { readonly id: string; readonly value: number; readonly n: number }[];
  readonly splitHash: string;
  readonly seed: number;
  readonly steps: number;
  readonly recipe: Readonly<Record<string, number | string | boolean>>;
  readonly machine: string;
  readonly onnxruntime: string;
  readonly date: string;
}

export const SHIPPED: readonly ShippedModel[] = manifest;

const FOLDER = join('packages', 'zoo', 'shipped');

/** The project's folder: `TOPIARY_ROOT`, else the nearest one above this file (or above its bundle) with the manifest. */
const findRoot = (): string => {
  if (process.env['TOPIARY_ROOT']) return process.env['TOPIARY_ROOT'];
  let at = import.meta.dirname;
  while (!existsSync(join(at, FOLDER, 'manifest.json'))) {
    const above = dirname(at);
    if (above === at) {
      throw new TopiaryError('TOPIARY_ZOO_DATA_MISSING', {
        where: FOLDER,
        expected: 'the folder in a folder above this program',
        got: 'none',
        cure: 'Set TOPIARY_ROOT to the folder of the project',
      });
    }
    at = above;
  }
  return at;
};

export const shippedFolder = (): string => join(findRoot(), FOLDER);

/** Where a shipped file lies. */
export const shippedPath = (sha256: string): string => join(shippedFolder(), `${sha256}.onnx`);

/** What lies beside a shipped classifier of samples: statistics of its features. Also the manifest of a pipeline. */
export const shippedReference = (sha256: string): string => join(shippedFolder(), `${sha256}.json`);

export interface ShippedFile {
  readonly sha256: string;
  readonly path: string;
}

/** Every file of a shipped model, its own first. */
export const shippedFiles = ({ sha256, parts }: Pick<ShippedModel, 'sha256' | 'parts'>): readonly ShippedFile[] =>
  parts === undefined
    ? [{ sha256, path: shippedPath(sha256) }]
    : [
        { sha256, path: shippedReference(sha256) },
        ...Object.values(parts).map((part) => ({ sha256: part, path: shippedPath(part) })),
      ];
