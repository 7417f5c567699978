/** Loads what computes with pictures, or says how to get it: two libraries with native parts are not in the package. */
import { createRequire } from 'node:module';
import { UsageError } from '../exit.js';
import type { OpenData } from './_data.js';

const LIBRARIES = { 'onnxruntime-node': '1.30', sharp: '0.35' } as const;

const isThere = (library: string): boolean => {
  try {
    return createRequire(import.meta.url).resolve(library) !== '';
  } catch {
    return false;
  }
};

export const loadData = async (): Promise<OpenData> => {
  if (Object.keys(LIBRARIES).every(isThere)) return (await import('./with-data.js')).openData;
  const names = Object.entries(LIBRARIES).map(([name, version]) => `${name}@${version}`);
  throw new UsageError(`pictures need two packages beside this one: npm install ${names.join(' ')}`);
};
