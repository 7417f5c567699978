/** What the repositories of keys, sessions and settings take and give. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

export interface ApiKey {
  readonly id: string;
  readonly name: string;
  /** First characters, to recognise a key in a list. */
  readonly prefix: string;
  readonly scopes: string[];
  readonly createdAt: string;
  readonly lastUsedAt: string | null;
  readonly revokedAt: string | null;
}

export interface Keys {
  /** The key itself is shown once and stored only as its sha256. */
  create(name: string, scopes: readonly string[]): Promise<{ readonly key: string; readonly record: ApiKey }>;
  /** Null for an unknown or revoked key. */
  find(key: string): Promise<ApiKey | null>;
  list(): Promise<ApiKey[]>;
  revoke(id: string): Promise<void>;
}

export interface Session {
  readonly id: string;
  readonly subject: string;
  readonly scopes: string[];
  readonly expiresAt: string;
}

export interface Sessions {
  /** A one-time login token, for the printed URL. */
  createLogin(subject: string, scopes: readonly string[], ttlSeconds: number): Promise<string>;
  /** Trades the token for a session, once; null when unknown, used or expired. `token` is the cookie's value. */
  login(loginToken: string, ttlSeconds: number): Promise<{ readonly token: string; readonly session: Session } | null>;
  find(token: string): Promise<Session | null>;
  end(token: string): Promise<void>;
}

export interface Settings {
  get(key: string): Promise<Json | null>;
  /** All whose key begins so, in order of the key. */
  list(prefix: string): Promise<{ readonly key: string; readonly value: Json }[]>;
  set(key: string, value: Json): Promise<void>;
  /** Sets it if absent; true for the caller that did: once-only actions of a fresh database. */
  setOnce(key: string, value: Json): Promise<boolean>;
}
