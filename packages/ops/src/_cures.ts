/** What to do about operators that are known to exist and that nobody here computes: what to type or export instead. */

const FLOAT = 'Export the network before it is quantised, with weights in float32';
const UNROLL =
  'Write the layer as its cell in a loop over a fixed number of steps (torch.nn.LSTMCell instead of torch.nn.LSTM, GRUCell instead of GRU), so that the exporter unrolls it into Gemm, Split, Sigmoid and Tanh';
const TRACE =
  'Export with torch.onnx.export(model, example, dynamo=False) on an example of the size that it will run on: tracing writes loops and branches out';
const HOST = 'Export the network up to its raw scores and boxes; suppression of boxes is done outside of it';
const OLDER = 'Export with opset_version=20: the exporter then writes it in operators that are known here';

const CURES: Readonly<Record<string, string>> = {
  Attention: OLDER,
  BlackmanWindow: 'Compute the window before export, and register it as a buffer',
  ConvInteger: FLOAT,
  DequantizeLinear: FLOAT,
  DynamicQuantizeLinear: FLOAT,
  GRU: UNROLL,
  If: TRACE,
  LSTM: UNROLL,
  Loop: TRACE,
  MatMulInteger: FLOAT,
  NonMaxSuppression: HOST,
  QLinearConv: FLOAT,
  QLinearMatMul: FLOAT,
  QuantizeLinear: FLOAT,
  RMSNormalization: OLDER,
  RNN: UNROLL,
  RotaryEmbedding: OLDER,
  Scan: TRACE,
  Swish: OLDER,
};

/** A sentence, or undefined where no cure is known. */
export const cureOf = (op: string): string | undefined => {
  const cure = Object.hasOwn(CURES, op) ? CURES[op] : undefined;
  return cure && `${cure}.`;
};
