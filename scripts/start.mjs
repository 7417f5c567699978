/** `npm start`: makes this folder ready, then runs the server, its database and its workers until Ctrl-C. */
import { join } from 'node:path';
import { root, setup } from './setup.mjs';

try {
  setup();
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
}
process.env.TOPIARY_ROOT = root;
await import(join(root, 'dist', 'supervisor.mjs'));
