/** What the repositories of accounts, keys, invites and the audit log take and give. */
import type { AnswerDispute, Dispute, HeldRun, KeyScope, Person, Role } from '@topiary/contracts';
import type { Json } from './access-types.js';
import type { PageOf } from './types.js';

/** Who does it, for the audit log: an account, or the server itself (`account: null`). */
export interface Actor {
  readonly account: string | null;
  readonly key?: string | null;
  readonly ip?: string | null;
  readonly request?: string | null;
}

export interface AccountRecord {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly role: Role;
  readonly createdAt: string;
  readonly disabledAt: string | null;
  readonly erasedAt: string | null;
}

export interface NewAccount {
  readonly name: string;
  readonly email: string;
  readonly role: Role;
}

export interface AccountFilter {
  /** Part of a name or an e-mail address. */
  readonly search?: string;
  readonly role?: Role;
  readonly limit: number;
  readonly cursor?: string;
}

export interface Accounts {
  /** An account without a password, as the owner's; everybody else signs up through the library. */
  create(input: NewAccount, by: Actor): Promise<AccountRecord>;
  get(id: string): Promise<AccountRecord>;
  byEmail(email: string): Promise<AccountRecord | null>;
  /** Newest first. */
  list(filter: AccountFilter): Promise<PageOf<AccountRecord>>;
  rename(id: string, name: string, by: Actor): Promise<AccountRecord>;
  /** Links to reset the password end: they went to the other address. TOPIARY_API_CONFLICT when another account has it. */
  setEmail(id: string, email: string, by: Actor): Promise<AccountRecord>;
  /** TOPIARY_API_CONFLICT when it would leave no admin; so with `setDisabled` and `erase`. */
  setRole(id: string, role: Role, by: Actor): Promise<AccountRecord>;
  /** A disabled account signs in nowhere, and its keys open nothing. */
  setDisabled(id: string, disabled: boolean, by: Actor): Promise<AccountRecord>;
  /** Takes name, e-mail, password and keys away; what it submitted stays, under a pseudonym. */
  erase(id: string, by: Actor): Promise<AccountRecord>;
  /** Links to reset the password end; or all but the newest, which a newer one replaces. */
  endResets(id: string, butNewest?: boolean): Promise<void>;
  /** After a reset by link: sessions, keys and links that were made before open nothing any more. */
  recover(id: string, by: Actor): Promise<AccountRecord>;
  /** What everybody may know of it. */
  person(id: string): Promise<Person>;
  /** Has it a password, and at which other providers is it known? */
  credentials(id: string): Promise<string[]>;
}

export interface ApiKey {
  readonly id: string;
  readonly account: string;
  readonly name: string;
  /** First characters, to recognise a key in a list. */
  readonly prefix: string;
  readonly scopes: string[];
  readonly createdAt: string;
  readonly lastUsedAt: string | null;
  readonly expiresAt: string | null;
  readonly revokedAt: string | null;
}

export interface NewKey {
  readonly account: string;
  readonly name: string;
  readonly scopes: readonly KeyScope[];
  readonly expiresAt?: Date | null;
}

/** A key and the account that it speaks for. */
export interface KeyOwner {
  readonly key: ApiKey;
  readonly account: AccountRecord;
}

export interface Keys {
  /** The key itself is shown once and stored only as its sha256. */
  create(input: NewKey, by: Actor): Promise<{ readonly key: string; readonly record: ApiKey }>;
  /** Null for an unknown, revoked or expired key, and for one of a disabled account. */
  find(key: string): Promise<KeyOwner | null>;
  /** Of one account, newest first. */
  list(account: string): Promise<ApiKey[]>;
  /** TOPIARY_DB_NOT_FOUND for a key of somebody else. */
  revoke(account: string, id: string, by: Actor): Promise<void>;
}

export interface Logins {
  /** A one-time token, for a printed link. */
  create(account: string, ttlSeconds: number): Promise<string>;
  /** The account, once; null when unknown, used or expired. */
  consume(token: string): Promise<string | null>;
}

export interface InviteRecord {
  readonly id: string;
  readonly email: string | null;
  readonly role: Role;
  readonly createdBy: string;
  readonly createdAt: string;
  readonly expiresAt: string;
  readonly usedAt: string | null;
  readonly revokedAt: string | null;
}

export interface NewInvite {
  readonly email: string | null;
  readonly role: Role;
  readonly expiresAt: Date;
}

export interface Invites {
  create(input: NewInvite, by: Actor): Promise<{ readonly token: string; readonly invite: InviteRecord }>;
  list(): Promise<InviteRecord[]>;
  revoke(id: string, by: Actor): Promise<void>;
  /** Takes the invite, so that no second sign-up can; null when it is none for this address. */
  take(token: string, email: string): Promise<InviteRecord | null>;
  /** Gives an invite back whose sign-up failed. */
  giveBack(id: string): Promise<void>;
}

export interface Held {
  /** Those that wait first, then the decided ones, each newest first; of one person's submissions, of one submission. */
  list(filter?: { readonly person?: string | undefined; readonly submission?: string | undefined }): Promise<HeldRun[]>;
  /** With a line in the audit log; TOPIARY_API_CONFLICT where it was decided before. */
  decide(run: string, decision: 'released' | 'refused', text: string, by: Actor): Promise<HeldRun>;
  /** Ranked results of a board that were timed on a machine, as shares of the base's work and time. */
  timed(board: string, machine: string): Promise<{ readonly macs: number; readonly time: number }[]>;
  /**
   * What the base model of a board usually takes on a machine, one thread, in ms: the median over the last twenty runs that
   * timed it. Null: fewer than three did.
   */
  usualMs(board: string, machine: string, batch: number): Promise<number | null>;
}

export interface Disputes {
  /** TOPIARY_API_CONFLICT when the same account has an open one about it already. */
  raise(submission: string, text: string, by: Actor): Promise<Dispute>;
  /** About one submission, oldest first. */
  of(submission: string): Promise<Dispute[]>;
  /** All that nobody has answered, oldest first. */
  open(): Promise<Dispute[]>;
  /** TOPIARY_API_CONFLICT when it was answered already. */
  answer(id: string, answer: AnswerDispute, by: Actor): Promise<Dispute>;
}

export interface AuditEntry {
  readonly action: string;
  /** `submission:<id>`, `account:<id>`, … */
  readonly target: string;
  readonly detail?: Json;
  /** What it was and became; only their hashes are kept. */
  readonly before?: unknown;
  readonly after?: unknown;
}

export interface AuditRecord {
  readonly id: string;
  readonly at: string;
  readonly actor: string | null;
  readonly keyId: string | null;
  readonly action: string;
  readonly target: string;
  readonly detail: Json;
  readonly beforeHash: string | null;
  readonly afterHash: string | null;
  readonly ip: string | null;
  readonly requestId: string | null;
  readonly prevHash: string;
  readonly hash: string;
}

export interface AuditFilter {
  readonly actor?: string;
  readonly target?: string;
  readonly action?: string;
  readonly limit: number;
  readonly cursor?: string;
}

export interface Audit {
  /** For what happens outside our own repositories; those write in the transaction of the change itself. */
  append(entry: AuditEntry, by: Actor): Promise<void>;
  /** Newest first. */
  list(filter: AuditFilter): Promise<PageOf<AuditRecord>>;
  /** All of it, oldest first, a page at a time. */
  export(): AsyncIterable<AuditRecord>;
  /** Recomputes the chain; `broken` is the first row that does not fit. */
  verify(): Promise<{ readonly events: number; readonly head: string; readonly broken: string | null }>;
}
