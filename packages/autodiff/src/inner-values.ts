/** Values of a network by the names that it gives them. */
import { TopiaryError } from '@topiary/errors';
import type { Graph } from '@topiary/onnx';

export const noSuchValue = (network: string, name: string): TopiaryError =>
  new TopiaryError('TOPIARY_AUTODIFF_BAD_REQUEST', {
    where: `network '${network}'`,
    expected: 'a value of the network',
    got: `'${name}'`,
  });

/** In a graph that keeps the names of the network: inputs, outputs, and everything between. */
export const ownValues = ({ name: network, inputs, nodes }: Graph): ((name: string) => string) => {
  const known = new Set([...inputs.map(({ name }) => name), ...nodes.flatMap(({ outputs }) => outputs)]);
  return (name) => {
    if (name !== '' && known.has(name)) return name;
    throw noSuchValue(network, name);
  };
};
