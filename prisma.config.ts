/** Where the Prisma command line finds schema and migrations; `prisma generate` needs nothing else. */
import { defineConfig } from 'prisma/config';

export default defineConfig({ schema: 'prisma/schema.prisma', migrations: { path: 'prisma/migrations' } });
