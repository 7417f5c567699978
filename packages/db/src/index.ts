/** The only place that knows Prisma: repositories, migrations at start; the embedded Postgres. */
export type * from './access-types.js';
export type * from './account-types.js';
export { type AppliedMigration, type Dump, dumpDatabase } from './backup/dump.js';
export { loadDatabase } from './backup/load.js';
export type * from './board-types.js';
export { type DatabaseOptions, openDatabase } from './database.js';
export * from './embedded/keeping.js';
export { reachDatabase } from './embedded/reach.js';
export type * from './event-types.js';
export { newId } from './identifiers.js';
export { migrate, pendingMigrations } from './migrate.js';
export type * from './notice-types.js';
export type * from './types.js';
