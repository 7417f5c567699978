/** From arguments to an exit status: finds the command, reads its options, turns every failure into a sentence. */
import { parseArgs } from 'node:util';
import { ApiProblem, connect, Unreachable } from '@topiary/client';
import { didYouMean, isTopiaryError } from '@topiary/errors';
import { advise } from './advice.js';
import type { Command, Context, Io, Options } from './command.js';
import { COMMANDS } from './commands.js';
import { candidates } from './completions.js';
import { EXIT, UsageError } from './exit.js';
import { commandHelp, GLOBAL, help } from './help.js';
import { oneLine } from './safe-text.js';
import { readSettings } from './settings.js';
import { type Speech, speechOf } from './speech.js';

/** Written in by scripts/bundle.mjs. */
const VERSION = process.env.TOPIARY_VERSION ?? 'unbundled';

const commandOf = (name: string): Command => {
  const command = COMMANDS.find((known) => known.name === name);
  if (command) return command;
  const names = COMMANDS.map((known) => known.name);
  throw new UsageError(`there is no command '${name}'${didYouMean(name, names) || `; there are ${names.join(', ')}`}`);
};

/** Node's sentence about an unknown option, and the option that was meant. */
const sentenceOf = ({ message }: Error, options: readonly string[]): string => {
  const [, unknown] = /^Unknown option '--?([^']*)'/.exec(message) ?? [];
  if (unknown === undefined) return message;
  const meant = didYouMean(
    `--${unknown}`,
    options.map((name) => `--${name}`),
  );
  return `there is no option '${unknown.length > 1 ? '--' : '-'}${unknown}' here${meant}`;
};

type Parsed = Readonly<Record<string, string | boolean | (string | boolean)[] | undefined>>;

const parse = (args: readonly string[], options: Options): { values: Parsed; positionals: string[] } => {
  const known: Options = { ...options, ...GLOBAL };
  const shape = Object.entries(known).map(([name, { type, multiple, short }]) => [
    name,
    { type, ...(multiple ? { multiple } : {}), ...(short ? { short } : {}) },
  ]);
  try {
    return parseArgs({ args: [...args], options: Object.fromEntries(shape), allowPositionals: true, strict: true });
  } catch (error) {
    throw new UsageError(sentenceOf(error as Error, Object.keys(known)));
  }
};

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

const runCommand = async (command: Command, args: readonly string[], io: Io): Promise<number> => {
  const { values, positionals } = parse(args, command.options);
  if (values['help']) {
    io.out(commandHelp(command));
    return EXIT.ok;
  }
  const speech = speechOf(io, values['quiet'] === true);
  const settings = await readSettings(io.env, { url: text(values['url']), key: text(values['key']) });
  const context: Context = {
    ...io,
    ...speech,
    settings,
    url: settings.url,
    api: connect({ url: settings.url, key: settings.key }),
    json: values['json'] === true,
  };
  const own = Object.fromEntries(Object.entries(values).filter(([option]) => !(option in GLOBAL)));
  try {
    return await command.run(context, positionals, own as never);
  } catch (error) {
    throw await advise(error, args, context);
  } finally {
    speech.status('');
  }
};

/** What a script needs to know about a failure, as JSON where it asked for JSON. */
const report = (error: unknown, json: boolean, io: Io, { err }: Pick<Speech, 'err'>): number => {
  const say = (code: number, sentence: string, more: object = {}): number => {
    err(json ? `${JSON.stringify({ error: sentence, ...more })}\n` : `topiary: ${oneLine(sentence)}\n`);
    return code;
  };
  if (io.signal.aborted) return EXIT.interrupted;
  if (error instanceof UsageError) return say(EXIT.usage, `${error.message}${json ? '' : ' (see topiary --help)'}`);
  if (error instanceof Unreachable) return say(EXIT.unavailable, error.message);
  if (error instanceof ApiProblem) {
    const { problem, retryAfter } = error;
    const advice = problem.status === 401 ? '. `topiary login` keeps a key' : '';
    const later = retryAfter === null ? '' : `. Try again in ${retryAfter} s`;
    const code = problem.status >= 500 || problem.status === 429 ? EXIT.unavailable : EXIT.refused;
    return say(code, `${problem.detail} (${problem.code})${advice}${later}`, { problem });
  }
  if (isTopiaryError(error))
    return say(EXIT.failed, `${error.message} (${error.code})`, { code: error.code, ...error.details });
  return say(EXIT.failed, error instanceof Error ? error.message : String(error));
};

export const cli = async (args: readonly string[], io: Io): Promise<number> => {
  const [name, ...rest] = args;
  const speech = speechOf(io, false);
  try {
    if (name === '--version' || name === '-V') io.out(`${VERSION}\n`);
    else if (name === undefined || name === '--help' || name === '-h' || (name === 'help' && rest.length === 0))
      io.out(help(COMMANDS));
    else if (name === 'help') io.out(commandHelp(commandOf(rest[0]!)));
    else if (name === 'complete')
      speech.out((await candidates(COMMANDS, rest.slice(1))).map((word) => `${word}\n`).join(''));
    else return await runCommand(commandOf(name), rest, io);
    return EXIT.ok;
  } catch (error) {
    return report(error, args.includes('--json'), io, speech);
  }
};
