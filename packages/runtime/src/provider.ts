/** Chooses where onnxruntime computes, and says in words why it is not where one would like it. */
import { TopiaryError } from '@topiary/errors';
import { encode } from '@topiary/onnx';
import { createBuilder } from '@topiary/ops';
import { env, InferenceSession } from 'onnxruntime-node';

export type Provider = 'cpu' | 'cuda';
export type ProviderChoice = 'auto' | Provider;

export interface Chosen {
  readonly provider: Provider;
  /** Why it is not the one that would be faster; null where it is. */
  readonly fellBack: string | null;
}

/** Fatal errors only: everything that matters comes back as an exception. */
export const QUIET = 4;
env.logLevel = 'fatal';

// Before the first session: a provider that is only tried must not write its failure to the terminal.
env.logLevel = 'fatal';

const firstLine = (error: unknown): string => String(error instanceof Error ? error.message : error).split('\n')[0]!;

const smallest = (): Uint8Array => {
  const b = createBuilder();
  b.output(b.op('Relu', [b.input('x', 'float32', [1])]));
  return encode(b.build('probe'));
};

const probe = async (provider: Provider): Promise<string | null> => {
  try {
    const session = await InferenceSession.create(smallest(), {
      executionProviders: [provider],
      logSeverityLevel: QUIET,
    });
    await session.release();
    return null;
  } catch (error) {
    return firstLine(error);
  }
};

const probed = new Map<Provider, Promise<string | null>>();

/** Null where the provider works, else the reason; asked once per process. */
const reasonAgainst = (provider: Provider): Promise<string | null> => {
  const known = probed.get(provider) ?? probe(provider);
  probed.set(provider, known);
  return known;
};

export interface ProviderState {
  readonly provider: Provider;
  readonly available: boolean;
  readonly reason: string | null;
}

/** Which providers work on this machine. */
export const providers = async (): Promise<readonly ProviderState[]> =>
  Promise.all(
    (['cuda', 'cpu'] as const).map(async (provider) => {
      const reason = await reasonAgainst(provider);
      return { provider, available: reason === null, reason };
    }),
  );

export const chooseProvider = async (choice: ProviderChoice): Promise<Chosen> => {
  if (choice === 'cpu') return { provider: 'cpu', fellBack: null };
  const reason = await reasonAgainst('cuda');
  if (reason === null) return { provider: 'cuda', fellBack: null };
  if (choice === 'auto') return { provider: 'cpu', fellBack: `CUDA is not available here (${reason})` };
  throw new TopiaryError('TOPIARY_RUNTIME_PROVIDER', {
    where: "provider 'cuda'",
    got: reason,
    cure: 'Set EXECUTION_PROVIDER=auto or cpu, or install the CUDA libraries of onnxruntime.',
  });
};
