/** Numbers of a schedule inside a graph. */
import { floats, type GraphBuilder, int } from '@topiary/onnx';

/** The row of a table that belongs to each timestep, to be spread over a picture: [N, 1, 1, 1]. */
export const atSteps = (b: GraphBuilder, table: Float64Array, t: string): string => {
  const picked = b.op('Gather', [b.constant(floats(Float32Array.from(table))), t], { axis: int(0) });
  return b.op('Reshape', [picked, b.int64s([-1, 1, 1, 1])], { allowzero: int(0) });
};
