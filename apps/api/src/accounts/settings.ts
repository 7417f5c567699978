/** How one may sign up and in at this server, and the secret that signs its cookies. */
import { randomBytes } from 'node:crypto';
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

export type SignUpMode = 'open' | 'invite' | 'closed';

export interface AccountSettings {
  readonly signUp: SignUpMode;
  readonly secret: string;
  /** Where people reach the server: providers send them back there. */
  readonly baseUrl: string;
  readonly github: { readonly clientId: string; readonly clientSecret: string } | null;
  readonly oidc: {
    readonly title: string;
    readonly issuer: string;
    readonly clientId: string;
    readonly clientSecret: string;
  } | null;
}

/** AUTH_SECRET if set; else one that is made once and left in `$TOPIARY_HOME/auth.secret` for this user's eyes only. */
export const authSecret = async (home: string, given: string | null): Promise<string> => {
  if (given !== null) return given;
  const path = join(home, 'auth.secret');
  const kept = await readFile(path, 'utf8').catch(() => '');
  if (kept.trim().length >= 32) return kept.trim();
  const secret = randomBytes(32).toString('base64url');
  await mkdir(home, { recursive: true });
  await writeFile(path, `${secret}\n`, { mode: 0o600 });
  await chmod(path, 0o600);
  return secret;
};
