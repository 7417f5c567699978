/** `npm test`: makes this folder ready, then runs every test; arguments go to vitest (`npm test -- tests/packages/ops`);
 * `npm run test:long` runs the slow ones in tests/long instead. */
import { spawn } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { root, setup } from './setup.mjs';

try {
  setup();
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
}
const report = join(root, 'node_modules', '.topiary', 'test-report.json');
rmSync(report, { force: true });
const vitest = spawn(
  process.execPath,
  [
    join(root, 'node_modules/vitest/vitest.mjs'),
    'run',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${report}`,
    ...process.argv.slice(2),
  ],
  { cwd: root, stdio: 'inherit', env: { ...process.env, TOPIARY_ROOT: root } },
);
vitest.on('exit', (code) => {
  try {
    const { numPassedTests, numFailedTests, numPendingTests } = JSON.parse(readFileSync(report, 'utf8'));
    process.stdout.write(
      `${numPassedTests} passed, ${numFailedTests} failed${numPendingTests ? `, ${numPendingTests} skipped` : ''}\n`,
    );
  } catch {
    process.stdout.write('0 passed, 1 failed\n');
  }
  process.exit(code ?? 1);
});
