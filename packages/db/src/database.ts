/** Opens all repositories over one pool of connections. */

import { type Client, guarded, openClient } from './client.js';
import { openListener } from './listener.js';
import { accounts } from './repositories/accounts.js';
import { artefacts } from './repositories/artefacts.js';
import { audit } from './repositories/audit.js';
import { baseModels } from './repositories/base-models.js';
import { boards } from './repositories/boards.js';
import { disputes } from './repositories/disputes.js';
import { events } from './repositories/events.js';
import { held } from './repositories/held.js';
import { invites } from './repositories/invites.js';
import { keys } from './repositories/keys.js';
import { logins } from './repositories/logins.js';
import { notices, sweepNotices } from './repositories/notices.js';
import { outbox } from './repositories/outbox.js';
import { runs } from './repositories/runs.js';
import { settings } from './repositories/settings.js';
import { submissions } from './repositories/submissions.js';
import { uploads } from './repositories/uploads.js';
import type { AuthAccess, Database } from './types.js';

export interface DatabaseOptions {
  /** Connections in the pool (5). */
  readonly connections?: number;
  /** Milliseconds to wait for a connection, or for one's turn at one (10,000). */
  readonly connectMs?: number;
}

/** Idempotency keys serve retries of one request: a day is long. Sent jobs are kept as long as their run may ask again. */
const sweep = async (client: Client): Promise<void> => {
  await client.$executeRaw`DELETE FROM idempotency_keys WHERE created_at < clock_timestamp() - interval '1 day'`;
  await client.$executeRaw`DELETE FROM sessions WHERE expires_at < clock_timestamp()`;
  await client.$executeRaw`DELETE FROM verifications WHERE expires_at < clock_timestamp()`;
  // What they sent and nobody has named since waits no longer, and counts no more.
  await client.$executeRaw`DELETE FROM artefact_owners WHERE created_at < clock_timestamp() - interval '7 days'`;
  await client.$executeRaw`DELETE FROM login_tokens WHERE expires_at < clock_timestamp() - interval '1 day'`;
  await sweepNotices(client);
  await client.$executeRaw`
    DELETE FROM outbox o USING runs r
    WHERE r.id = o.run_id AND o.sent_at < clock_timestamp() - interval '1 day'
      AND (r.attempt <> o.attempt OR r.state <> 'queued')`;
};

/** The schema must be there already (`migrate`). Connects when first asked. */
export const openDatabase = (url: string, options: DatabaseOptions = {}): Database => {
  const client = openClient(url, options.connections ?? 5, options.connectMs);
  return {
    submissions: guarded(submissions(client)),
    runs: guarded(runs(client)),
    events: guarded(events(client)),
    boards: guarded(boards(client)),
    baseModels: guarded(baseModels(client)),
    artefacts: guarded(artefacts(client)),
    accounts: guarded(accounts(client)),
    uploads: guarded(uploads(client)),
    keys: guarded(keys(client)),
    logins: guarded(logins(client)),
    invites: guarded(invites(client)),
    audit: { ...guarded(audit(client)), export: audit(client).export },
    disputes: guarded(disputes(client)),
    held: guarded(held(client)),
    auth: client as unknown as AuthAccess,
    notices: guarded(notices(client)),
    outbox: guarded(outbox(client)),
    settings: guarded(settings(client)),
    ...guarded({
      listen: (...parameters: Parameters<Database['listen']>) =>
        openListener({ url, connectMs: options.connectMs }, ...parameters),
      ping: async () => void (await client.$queryRaw`SELECT 1`),
      sweep: () => sweep(client),
      close: () => client.$disconnect(),
    }),
  };
};
