/** The light subpath for who keeps a server alive and asks it nothing: no client, no schemas. */
export { type HomeLock, lockHome } from './home-lock.js';
export { type EmbeddedOptions, type EmbeddedPostgres, startEmbedded } from './index.js';
export { endLeftovers, STARTED_FOR } from './leftovers.js';
export { privateHome } from './private-home.js';
