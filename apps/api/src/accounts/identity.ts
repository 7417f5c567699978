/** Who is asking, what that allows, and who it is for the audit log. */
import type { Role } from '@topiary/contracts';
import type { AccountRecord, Actor, ApiKey } from '@topiary/db';
import type { FastifyRequest } from 'fastify';

/** What a request may do. `organise` and `admin` come with the role; a key has them only where it carries `admin`. */
export type Scope = 'read' | 'submit' | 'organise' | 'admin';

export interface Who {
  /** The account. */
  readonly id: string;
  readonly name: string;
  readonly role: Role;
  /** The key's id; null for a session. */
  readonly keyId: string | null;
  readonly scopes: readonly Scope[];
  readonly via: 'key' | 'session';
}

const POWERS: Record<Role, readonly Scope[]> = { user: [], organiser: ['organise'], admin: ['organise', 'admin'] };

export const fromKey = (account: AccountRecord, key: ApiKey): Who => {
  const { id, name, role } = account;
  const all = key.scopes.includes('admin');
  const plain = (['read', 'submit'] as const).filter((scope) => all || key.scopes.includes(scope));
  return { id, name, role, keyId: key.id, scopes: [...plain, ...(all ? POWERS[role] : [])], via: 'key' };
};

export const fromSession = ({ id, name, role }: Pick<AccountRecord, 'id' | 'name' | 'role'>): Who => ({
  id,
  name,
  role,
  keyId: null,
  scopes: ['read', 'submit', ...POWERS[role]],
  via: 'session',
});

export const actorOf = (request: FastifyRequest): Actor => ({
  account: request.who?.id ?? null,
  key: request.who?.keyId ?? null,
  ip: request.ip,
  request: request.id,
});
