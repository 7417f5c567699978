/** The Python of this machine, where it has what the client needs; else the reason why nothing of Python is tested. */
import { execFileSync } from 'node:child_process';

export interface Python {
  readonly command: string;
  /** Whether the interpreter can import a module. */
  has(module: string): boolean;
}

/** `TOPIARY_PYTHON` names an interpreter; else it is `python3`. Null: the reason was printed. */
export const pythonWith = (...modules: readonly string[]): Python | null => {
  const command = process.env['TOPIARY_PYTHON'] ?? 'python3';
  const imports = (module: string): boolean => {
    try {
      execFileSync(command, ['-c', `import ${module}`], { stdio: 'ignore', env: { ...process.env, PYTHONPATH: '' } });
      return true;
    } catch {
      return false;
    }
  };
  const missing = ['sys', ...modules].filter((module) => !imports(module));
  if (missing.length === 0) return { command, has: imports };
  const why = missing.includes('sys') ? `no ${command} here` : `${command} lacks ${missing.join(', ')}`;
  process.stderr.write(`skipped, since there is ${why}\n`);
  return null;
};
