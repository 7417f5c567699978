/** What the repository of notices takes and gives. */
import type { Delivery, Webhook } from '@topiary/contracts';
import type { Actor } from './account-types.js';

/** One that is to be told now. */
export interface DueNotice {
  readonly id: string;
  /** Null: by mail. */
  readonly webhook: { readonly url: string; readonly secret: string } | null;
  readonly email: string;
  readonly submission: string | null;
  readonly event: string;
  /** This one counted. */
  readonly attempts: number;
}

export interface Told {
  readonly status: number | null;
  readonly error: string | null;
  /** Another try; null: it ends here. */
  readonly againInSeconds: number | null;
}

export interface NoticesKept {
  list(account: string): Promise<Webhook[]>;
  /** TOPIARY_API_CONFLICT where the account has as many as it may. */
  create(
    webhook: { readonly account: string; readonly url: string; readonly secret: string },
    by: Actor,
  ): Promise<Webhook>;
  /** TOPIARY_DB_NOT_FOUND where the account has none such; so with the next two. */
  remove(account: string, id: string, by: Actor): Promise<void>;
  /** The newest fifty. */
  deliveries(account: string, id: string): Promise<Delivery[]>;
  /** Sends something now, to see whether it arrives. */
  trial(account: string, id: string): Promise<void>;
  mailAtEnd(account: string): Promise<boolean>;
  setMailAtEnd(account: string, on: boolean, by: Actor): Promise<void>;
  /** Takes what is due for a while: of several processes one tells each. */
  take(limit: number): Promise<DueNotice[]>;
  told(id: string, told: Told): Promise<void>;
}
