/**
 * `npm run admin -- <command>`: what an operator does from the machine of the server, with the owner's key.
 *
 *   reset-password <email>                    a link, good once and for an hour, to set a new password
 *   invite [--email <email>] [--role <role>]  a link to sign up with (roles: user, organiser, admin)
 *   role <email> <role>                       gives an account another role
 *   boards [file] [--check] [--to <file>]     prints or writes what is set for boards as YAML, or applies such a file
 *   check-audit                               recomputes the chain of the audit log
 *
 * Without the API, on the database and the files:
 *
 *   backup [--to <folder or s3://…>] [--keep 14] [--nightly 02:00]   database first, then files; the folder is BACKUP_URL, else $TOPIARY_HOME/backups
 *   backups [--from <folder>] [--newest-within 26h]        what there is; ends with 1 where the newest is older
 *   restore --from <folder> [--id <back-up>]               into an empty home (TOPIARY_HOME), while no server runs on it
 *   preflight                                              what a start of this release would do to the database
 */
import { readFile, writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { isTopiaryError } from '@topiary/errors';
import { LOCAL_COMMANDS } from './backup/commands.js';
import { ApiError, answer, connect, fail } from './client.js';

const USAGE = `usage: npm run admin -- reset-password <email>
       npm run admin -- invite [--email <email>] [--role user|organiser|admin]
       npm run admin -- role <email> user|organiser|admin
       npm run admin -- boards [boards.yaml] [--check] [--to boards.yaml]
       npm run admin -- check-audit
       npm run admin -- backup [--to <folder or s3://…>] [--keep 14] [--nightly 02:00]
       npm run admin -- backups [--from <folder>] [--newest-within 26h]
       npm run admin -- restore --from <folder> [--id <back-up>]
       npm run admin -- preflight
options: --url http://127.0.0.1:3000, --key <key> of an admin (else $TOPIARY_HOME/owner.key)`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    email: { type: 'string' },
    role: { type: 'string' },
    url: { type: 'string' },
    key: { type: 'string' },
    to: { type: 'string' },
    from: { type: 'string' },
    id: { type: 'string' },
    keep: { type: 'string' },
    nightly: { type: 'string' },
    check: { type: 'boolean', default: false },
    'newest-within': { type: 'string' },
  },
});
const [command, ...rest] = positionals;

const ROLES = ['user', 'organiser', 'admin'] as const;
const roleOf = (text: string | undefined): (typeof ROLES)[number] =>
  ROLES.find((role) => role === text) ?? fail(`'${text ?? ''}' is no role\n${USAGE}`);
const needed = (text: string | undefined): string => text ?? fail(USAGE);

const say = (line: string) => process.stdout.write(`${line}\n`);

const commands: Record<string, (api: Awaited<ReturnType<typeof connect>>['api']) => Promise<void>> = {
  'reset-password': async (api) => {
    const body = { email: needed(rest[0]) };
    const { url, expiresAt } = answer(await api.POST('/api/v1/admin/reset-links', { body }));
    say(`${url}\n(once, until ${expiresAt})`);
  },
  invite: async (api) => {
    const body = { email: values.email ?? null, role: roleOf(values.role ?? 'user') };
    const { url, expiresAt } = answer(await api.POST('/api/v1/admin/invites', { body }));
    say(`${url}\n(once, until ${expiresAt})`);
  },
  role: async (api) => {
    const [email, role] = [needed(rest[0]).toLowerCase(), roleOf(rest[1])];
    const params = { query: { search: email, limit: 500 } };
    const { items } = answer(await api.GET('/api/v1/admin/accounts', { params }));
    const found = items.find((one) => one.email === email) ?? fail(`no account has the address ${email}`);
    const path = { path: { id: found.id } };
    const changed = answer(await api.PATCH('/api/v1/admin/accounts/{id}', { params: path, body: { role } }));
    say(`${changed.name} is ${changed.role}`);
  },
  boards: async (api) => {
    const [file] = rest;
    if (file === undefined) {
      const { yaml } = answer(await api.GET('/api/v1/admin/board-settings'));
      // npm and the set-up write on standard output, too
      if (values.to === undefined) say(yaml.trimEnd());
      else await writeFile(values.to, yaml);
      return;
    }
    const body = { yaml: await readFile(file, 'utf8'), check: values.check };
    const { applied, changes } = answer(await api.POST('/api/v1/admin/board-settings', { body }));
    for (const { board, after } of changes)
      say(`${board}: ${after === null ? 'nothing is set' : JSON.stringify(after)}`);
    say(changes.length === 0 ? 'nothing changes' : applied ? 'applied' : 'not applied: --check');
  },
  'check-audit': async (api) => {
    const { events, head, broken } = answer(await api.GET('/api/v1/admin/audit/check'));
    if (broken !== null) fail(`line ${broken} of ${events} does not fit: somebody changed the log`);
    say(`${events} lines, unbroken; head ${head}`);
  },
};

const local = LOCAL_COMMANDS[command ?? ''];
const remote = commands[command ?? ''];
const run = async (): Promise<void> => {
  if (local) await local(values);
  else if (remote) await remote((await connect(values)).api);
  else fail(USAGE);
};
await run().catch((error: unknown) => {
  if (isTopiaryError(error)) fail(`${error.code}\n${error.message}`);
  if (error instanceof ApiError) fail(error.message);
  throw error;
});
// A pool may keep a connection open for a while.
process.exit(0);
