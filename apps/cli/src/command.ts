/** What a command is: a file that declares its options and does one thing. */
import type { Api } from '@topiary/client';
import type { Settings } from './settings.js';
import type { Speech } from './speech.js';

export interface Option {
  readonly type: 'string' | 'boolean';
  readonly multiple?: true;
  readonly short?: string;
  /** What stands for the value in the help: `--board <id>`. */
  readonly value?: string;
  readonly help: string;
  /** What the value may be, for completions. */
  readonly choices?: () => readonly string[] | Promise<readonly string[]>;
}

export type Options = Readonly<Record<string, Option>>;

type ValueOf<O extends Option> = O['type'] extends 'boolean'
  ? boolean
  : O extends { multiple: true }
    ? string[]
    : string;
export type Values<O extends Options> = { readonly [Name in keyof O]?: ValueOf<O[Name]> };

/** The world as a command sees it; tests give their own. */
export interface Io {
  out(text: string): void;
  err(text: string): void;
  /** Everything on standard input. */
  stdin(): Promise<string>;
  /** Asks at a terminal without showing what is typed; null where there is none. */
  askSecret(question: string): Promise<string | null>;
  /** Whether somebody watches what `err` says. */
  readonly terminal: boolean;
  /** Whether somebody watches what `out` says. */
  readonly shown: boolean;
  readonly env: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
}

export interface Context extends Omit<Io, 'out' | 'err' | 'shown'>, Speech {
  readonly api: Api;
  readonly url: string;
  readonly settings: Settings;
  /** One JSON document (or one per line, where there are many) instead of text. */
  readonly json: boolean;
}

export interface Command<O extends Options = Options> {
  readonly name: string;
  readonly summary: string;
  /** `<id> …`; empty = none. */
  readonly operands: string;
  /** What an operand may be, for completions; files otherwise. */
  readonly choices?: readonly string[];
  readonly options: O;
  readonly examples: readonly string[];
  /** Returns the exit status. */
  run(context: Context, operands: readonly string[], values: Values<O>): Promise<number>;
}

export const defineCommand = <const O extends Options>(command: Command<O>): Command => command as unknown as Command;
