/** A model of one node, with whatever a test adds to its graph. */
import { field, join, modelOf, node, valueInfo } from '../../helpers/protobuf.js';

export const model = (...graph: Uint8Array[]): Uint8Array => modelOf(join(...graph));

export const identity = (...more: Uint8Array[]): Uint8Array =>
  model(node('Identity', ['x'], ['y']), field(11, valueInfo('x', 1, 2)), field(12, valueInfo('y', 1, 2)), ...more);
