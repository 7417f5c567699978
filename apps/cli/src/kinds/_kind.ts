/** A kind of submission, as the options of `topiary submit` describe it: one file each. */
import type { CreateSubmission } from '@topiary/client';
import { UsageError } from '../exit.js';

/** As they come from the command line. */
export interface BodyOptions {
  readonly board?: string;
  readonly title?: string;
  readonly private?: boolean;
  readonly recipe?: string;
  readonly criterion?: string;
  readonly regularizer?: string;
  readonly procedure?: string;
  readonly scope?: string;
  readonly param?: readonly string[];
  readonly prune?: readonly string[];
  readonly sparsify?: readonly string[];
  readonly finetune?: readonly string[];
  readonly target?: readonly string[];
  readonly seed?: readonly string[];
  readonly model?: readonly string[];
  readonly division?: string;
  readonly method?: string;
  readonly paper?: string;
  readonly licence?: string;
}

/** What a kind may ask of the world. */
export interface World {
  stdin(): Promise<string>;
  /** Sends a local file; returns its sha256. `where` is its place in the submission, for what the server says of it. */
  send(file: { readonly option: string; readonly path: string; readonly where: string }): Promise<string>;
}

export interface Kind {
  /** In words, for a sentence about options that do not fit. */
  readonly title: string;
  takes(options: BodyOptions): boolean;
  /** What it understands beside `board`, `title` and `seed`. */
  readonly options: readonly (keyof BodyOptions)[];
  bodyOf(options: BodyOptions, world: World): Promise<CreateSubmission>;
}

export const boardOf = (board: string | undefined): string => {
  if (board === undefined) throw new UsageError('submit needs --board <id>; the boards are at /boards');
  return board;
};

/** What a file of somebody's own is called, and what others may do with it. */
export const aboutOf = ({ method, licence, paper, title }: BodyOptions) => {
  if (method === undefined) throw new UsageError('a file needs --method <name>: what its rows are called');
  if (licence === undefined)
    throw new UsageError('a file needs --licence <id>, such as MIT or CC-BY-4.0: it is published under it');
  return { method, licence, ...(paper === undefined ? {} : { paper }), ...(title === undefined ? {} : { title }) };
};

/** `0`, `0,1`, `0-4`. */
const seeds = (texts: readonly string[]): number[] =>
  texts
    .flatMap((text) => text.split(','))
    .flatMap((text) => {
      const [, from, to] = /^(\d+)(?:-(\d+))?$/.exec(text.trim()) ?? [];
      if (from === undefined) throw new UsageError(`--seed takes numbers such as 0 or 0-4, not '${text}'`);
      const [first, last] = [Number(from), Number(to ?? from)];
      return Array.from({ length: Math.max(0, Math.min(last, first + 99) - first + 1) }, (_, i) => first + i);
    });

export const seedsOf = ({ seed }: BodyOptions) => (seed === undefined ? {} : { seeds: seeds(seed) });

export const targetsOf = ({ target }: BodyOptions) =>
  target === undefined ? {} : { targets: target.flatMap((text) => text.split(',')) };
