/** Accounts: looked up, renamed, given a role, disabled, erased. Passwords and sessions are the auth library's. */
import type { Role } from '@topiary/contracts';
import { TopiaryError } from '@topiary/errors';
import type { AccountFilter, AccountRecord, Accounts, Actor, NewAccount } from '../account-types.js';
import { type Client, notFound, type Prisma, type Transaction, transaction } from '../client.js';
import { fromCursor, newId, toCursor } from '../identifiers.js';
import { writeAudit } from './audit.js';
import { iso } from './rows.js';

/** Prisma's code. */
const UNIQUE_VIOLATION = 'P2002';

export const toAccount = (row: Prisma.AccountModel): AccountRecord => ({
  id: row.id,
  name: row.name,
  email: row.email,
  role: row.role,
  createdAt: row.createdAt.toISOString(),
  disabledAt: iso(row.disabledAt),
  erasedAt: iso(row.erasedAt),
});

const find = async (client: Client | Transaction, id: string): Promise<AccountRecord> => {
  const row = await client.account.findUnique({ where: { id } });
  if (row === null) throw notFound('account', id);
  return toAccount(row);
};

const list = async (client: Client, { search, role, limit, cursor }: AccountFilter) => {
  const part = { contains: search ?? '', mode: 'insensitive' } as const;
  const rows = await client.account.findMany({
    where: {
      ...(search === undefined ? {} : { OR: [{ name: part }, { email: part }] }),
      ...(role === undefined ? {} : { role }),
      ...(cursor === undefined ? {} : { id: { lt: fromCursor(cursor) } }),
    },
    orderBy: { id: 'desc' },
    take: limit + 1,
  });
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return { items: page.map(toAccount), nextCursor: rows.length > limit && last ? toCursor(last.id) : null };
};

/** What the log says of an account; neither name nor e-mail, since the log outlives both. */
const stateOf = ({ id, role, disabledAt, erasedAt }: AccountRecord) => ({ id, role, disabledAt, erasedAt });

/** The locked rows are all admins: two that give up the role at the same moment cannot both be the last but one. */
const keepAnAdmin = async (tx: Transaction, id: string): Promise<void> => {
  const admins = await tx.$queryRaw<{ id: string }[]>`
    SELECT id FROM accounts WHERE role = 'admin' AND disabled_at IS NULL ORDER BY id FOR UPDATE`;
  if (admins.some((admin) => admin.id !== id)) return;
  throw new TopiaryError('TOPIARY_API_CONFLICT', {
    where: `account '${id}'`,
    expected: 'another admin to stay',
    got: 'the last one',
    cure: 'Make somebody else an admin first',
  });
};

/** The library keeps of a reset link its hash, and whose it is. */
const endResets = async (client: Client | Transaction, id: string, butNewest = false): Promise<void> => {
  const [newest] = butNewest
    ? await client.verification.findMany({
        where: { value: id },
        orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
        take: 1,
      })
    : [];
  await client.verification.deleteMany({ where: { value: id, ...(newest ? { id: { not: newest.id } } : {}) } });
};

interface Change {
  readonly action: string;
  /** For the log. */
  readonly detail?: Readonly<Record<string, string>>;
  /** Ends links to reset the password. */
  readonly endsResets?: boolean;
  /** Takes the powers of an admin away. */
  readonly loses: boolean;
  readonly data: Prisma.AccountUpdateInput;
}

const change = (client: Client, id: string, by: Actor, describe: (before: AccountRecord) => Change) =>
  transaction(client, async (tx) => {
    await tx.$executeRaw`SELECT 1 FROM accounts WHERE id = ${id} FOR UPDATE`;
    const before = await find(tx, id);
    const { action, loses, data, detail, endsResets } = describe(before);
    if (endsResets) await endResets(tx, id);
    if (loses && before.role === 'admin' && before.disabledAt === null) await keepAnAdmin(tx, id);
    const row = await tx.account.update({ where: { id }, data: { ...data, updatedAt: new Date() } });
    const after = toAccount(row);
    await writeAudit(
      tx,
      {
        ...{ action, target: `account:${id}`, before: stateOf(before), after: stateOf(after) },
        detail: { role: after.role, ...detail },
      },
      by,
    );
    return after;
  });

const setEmail = async (client: Client, id: string, email: string, by: Actor): Promise<AccountRecord> => {
  try {
    // nobody has shown yet that the new address is theirs
    const data = { email, emailVerified: false, mailAtEnd: false };
    return await change(client, id, by, () => ({
      ...{ action: 'account.email', loses: false, data },
      endsResets: true,
    }));
  } catch (error) {
    if ((error as { code?: string }).code !== UNIQUE_VIOLATION) throw error;
    throw new TopiaryError('TOPIARY_API_CONFLICT', {
      where: 'body email',
      expected: 'an address without an account',
      got: 'one that has an account',
    });
  }
};

const endAccess = { sessions: { deleteMany: {} }, loginTokens: { deleteMany: {} } };

const endKeys = (): Prisma.AccountUpdateInput => ({
  keys: { updateMany: { where: { revokedAt: null }, data: { revokedAt: new Date() } } },
});

const erased = (id: string): Prisma.AccountUpdateInput => ({
  ...endAccess,
  ...endKeys(),
  name: `Former participant ${id.slice(-4)}`,
  email: `${id}@erased.invalid`,
  emailVerified: false,
  image: null,
  role: 'user',
  disabledAt: new Date(),
  erasedAt: new Date(),
  credentials: { deleteMany: {} },
  webhooks: { deleteMany: {} },
  mailAtEnd: false,
});

const create = (client: Client, input: NewAccount, by: Actor): Promise<AccountRecord> =>
  transaction(client, async (tx) => {
    const email = input.email.toLowerCase();
    const row = await tx.account.create({ data: { ...input, email, id: newId(), emailVerified: true } });
    const account = toAccount(row);
    await writeAudit(tx, { action: 'account.create', target: `account:${row.id}`, after: stateOf(account) }, by);
    return account;
  });

export const accounts = (client: Client): Accounts => ({
  create: (input, by) => create(client, input, by),
  get: (id) => find(client, id),
  byEmail: async (email) => {
    const row = await client.account.findUnique({ where: { email: email.toLowerCase() } });
    return row === null ? null : toAccount(row);
  },
  list: (filter) => list(client, filter),
  rename: (id, name, by) => change(client, id, by, () => ({ action: 'account.rename', loses: false, data: { name } })),
  setEmail: (id, email, by) => setEmail(client, id, email.toLowerCase(), by),
  setRole: (id, role: Role, by) =>
    change(client, id, by, () => ({ action: 'account.role', loses: role !== 'admin', data: { role } })),
  setDisabled: (id, disabled, by) =>
    change(client, id, by, ({ erasedAt }) => ({
      action: disabled ? 'account.disable' : 'account.enable',
      loses: disabled,
      endsResets: disabled,
      data: disabled ? { ...endAccess, disabledAt: new Date() } : { disabledAt: erasedAt === null ? null : erasedAt },
    })),
  erase: (id, by) =>
    change(client, id, by, () => ({ action: 'account.erase', loses: true, endsResets: true, data: erased(id) })),
  endResets: (id, butNewest) => endResets(client, id, butNewest),
  recover: (id, by) =>
    change(client, id, by, () => ({
      ...{ action: 'account.password', detail: { by: 'reset link' }, loses: false, endsResets: true },
      data: { ...endAccess, ...endKeys() },
    })),
  person: async (id) => {
    const { name, createdAt } = await find(client, id);
    const [total, withdrawn] = await Promise.all([
      client.submission.count({ where: { createdBy: id, isPrivate: false } }),
      client.submission.count({ where: { createdBy: id, isPrivate: false, withdrawnAt: { not: null } } }),
    ]);
    return { id, name, since: createdAt, submissions: { total, withdrawn } };
  },
  credentials: async (id) => {
    const rows = await client.credential.findMany({ where: { userId: id }, select: { providerId: true } });
    return rows.map(({ providerId }) => providerId);
  },
});
