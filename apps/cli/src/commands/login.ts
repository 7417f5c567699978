/** `topiary login`: tries a key, and keeps it with its server for the commands that follow. */
import { answer, connect } from '@topiary/client';
import { defineCommand } from '../command.js';
import { EXIT, UsageError } from '../exit.js';
import { oneLine } from '../safe-text.js';

export const Login = defineCommand({
  name: 'login',
  summary: 'tries an API key and keeps it for this server',
  operands: '',
  options: {},
  examples: [
    'topiary login --url https://topiary.example.org        # asks for the key',
    'topiary login --url https://topiary.example.org < key.txt',
  ],
  run: async ({ url, settings, json, out, stdin, askSecret, env }, operands) => {
    if (operands.length > 0) throw new UsageError('login takes no operands: name the server with --url');
    const typed = await askSecret(`API key for ${url}: `);
    const key = (typed ?? (await stdin())).trim() || env['TOPIARY_KEY'] || settings.key;
    if (!key) throw new UsageError('no key: type it, pipe it in, or set TOPIARY_KEY');
    const { user } = answer(await connect({ url, key }).GET('/api/v1/session'));
    if (!user) throw new Error(`${url} does not know this key`);
    await settings.keep(url, key);
    out(
      json ? `${JSON.stringify({ url, user })}\n` : `signed in to ${url} as ${oneLine(user.name)} (${settings.path})\n`,
    );
    return EXIT.ok;
  },
});
