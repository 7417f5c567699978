/** Loads onnxruntime's provider as a run would, says whether it works, and ends: a worker holds no device of its own. */
import { isTopiaryError, TopiaryError } from '@topiary/errors';
import { chooseProvider, type ProviderChoice } from '@topiary/runtime';
import type { ProbeAnswer } from './device.js';

const answer = async (): Promise<ProbeAnswer> => {
  try {
    return { ok: true, ...(await chooseProvider(process.argv[2] as ProviderChoice)) };
  } catch (error) {
    const ours = isTopiaryError(error) ? error : new TopiaryError('TOPIARY_RUNTIME_PROVIDER', { got: String(error) });
    return { ok: false, code: ours.code, details: ours.details };
  }
};

process.send?.(await answer(), undefined, {}, () => process.exit(0));
