/** Help texts, made from what the commands declare. */
import type { Command, Options } from './command.js';
import { EXIT_HELP } from './exit.js';
import { table } from './text.js';

export const GLOBAL = {
  url: {
    type: 'string',
    value: 'url',
    help: 'the server (TOPIARY_URL; else the one of `topiary login`, else this machine)',
  },
  key: { type: 'string', value: 'key', help: 'an API key (TOPIARY_KEY is safer: other users can read command lines)' },
  json: { type: 'boolean', help: 'print JSON' },
  quiet: { type: 'boolean', short: 'q', help: 'say nothing but results and failures' },
  help: { type: 'boolean', short: 'h', help: 'print this' },
} as const satisfies Options;

const optionLines = (options: Options): string =>
  table(
    Object.entries(options).map(([name, { short, value, multiple, help }]) => [
      `  ${short ? `-${short}, ` : ''}--${name}${value ? ` <${value}>` : ''}${multiple ? ' …' : ''}`,
      help,
    ]),
  );

export const commandHelp = ({ name, summary, operands, options, examples }: Command): string =>
  [
    `topiary ${name}${operands ? ` ${operands}` : ''}   ${summary}\n`,
    ...(Object.keys(options).length > 0 ? [optionLines(options)] : []),
    `everywhere\n${optionLines(GLOBAL)}`,
    ...(examples.length > 0 ? [`examples\n${examples.map((example) => `  ${example}\n`).join('')}`] : []),
    `${EXIT_HELP}\n`,
  ].join('\n');

export const help = (commands: readonly Command[]): string =>
  [
    'topiary <command> …   talks to a Topiary server: an open benchmark for smaller and faster networks\n',
    table(commands.map(({ name, operands, summary }) => [`  ${name} ${operands}`.trimEnd(), summary])),
    'topiary <command> --help says more; --version prints the version\n',
    `${EXIT_HELP}\n`,
  ].join('\n');
