/** Where the auth library keeps accounts, passwords and sessions: its own Prisma adapter over our tables. */
import { prismaAdapter } from '@better-auth/prisma-adapter';
import type { Client } from './client.js';

export type AuthStore = ReturnType<typeof prismaAdapter>;

export const authStore = (client: Client): AuthStore => prismaAdapter(client, { provider: 'postgresql' });
