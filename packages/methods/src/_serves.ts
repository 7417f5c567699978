/** What methods may require of a network, in words, and how the lack of it is said. Light: descriptions alone. */
import type { MethodDescription, NetworkTrait } from '@topiary/contracts';
import { TopiaryError } from '@topiary/errors';

const LACKING: Readonly<Record<NetworkTrait, string>> = {
  'batch-norm': 'no BatchNormalization, or in fewer than half of its norms',
  maps: 'no maps (channels with a height and a width), or from fewer than half of its layers',
  rows: 'linear layers that read tokens, many rows per picture',
  'label-odds': 'outputs that labels cannot be drawn from (scores by sigmoid, or no classes at all)',
};

/** Throws when a network lacks what a method requires. */
export const assertRequired = (
  { kind, id, requires }: Pick<MethodDescription, 'kind' | 'id' | 'requires'>,
  network: string,
  lacks: readonly NetworkTrait[],
): void => {
  const missing = requires.find((trait) => lacks.includes(trait));
  if (missing === undefined) return;
  throw new TopiaryError('TOPIARY_METHODS_CANNOT_SERVE', {
    where: `${kind} ${id} on network '${network}'`,
    expected: 'a network that the method can serve',
    got: LACKING[missing],
  });
};
