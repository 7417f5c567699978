/** A yardstick in another process: it answers each line on its input with the milliseconds that one step took. */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

export interface Peer {
  readonly name: string;
  step(): Promise<number>;
  stop(): void;
}

/** Resolves to null, with the reason printed, where the peer cannot run on this machine. */
export const startPeer = async (command: string, args: readonly string[]): Promise<Peer | null> => {
  const child: ChildProcessWithoutNullStreams = spawn(command, args, { stdio: 'pipe' });
  const failed = new Promise<null>((resolve) => {
    child.once('error', () => resolve(null));
    child.once('exit', () => resolve(null));
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const read = async (): Promise<string | null> =>
    Promise.race([lines.next().then(({ value }) => value ?? null), failed]);
  const name = await read();
  if (name === null) {
    console.log(`No PyTorch beside it: '${command} ${args[0]}' did not start. Set PYTHON to a Python that has torch.`);
    return null;
  }
  return {
    name,
    step: async () => {
      child.stdin.write('\n');
      return Number(await read());
    },
    stop: () => child.stdin.end(),
  };
};
