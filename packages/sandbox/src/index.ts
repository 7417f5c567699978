/** A child process with limits, for what strangers sent. */
export { type Isolation, isolation } from './isolation.js';
export { ALIVE, ALIVE_MS, giveBackSoon, tieToParent } from './parent.js';
export { Sandbox, type SandboxLimits, type SandboxOptions } from './sandbox.js';
