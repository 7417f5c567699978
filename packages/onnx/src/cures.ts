/** What to type when a file holds what nobody here can read: the ends of refusals. */

/** onnx.load fetches what lies beside the file, and onnx.save writes all of it into one. */
export const ONE_FILE =
  'Export with torch.onnx.export(…, external_data=False), or write one file: ' +
  `python -c "import onnx; onnx.save(onnx.load('network.onnx'), 'one-file.onnx')"`;

const SINGLE = 'Export in single precision: torch.onnx.export(model.float(), example.float(), …)';
const UNQUANTISED = 'Export the network before it is quantised';

/** By element type, as ONNX or a data type of ours names it. */
export const cureOf = (type: string): string | undefined => {
  if (/^(b?float16|float64|double|float8)/.test(type)) return SINGLE;
  return /^u?int(2|4|8|16)$/.test(type) ? UNQUANTISED : undefined;
};
