/** ONNX file format and graph IR; knows no operator. */
export * from './builder.js';
export { cureOf, ONE_FILE } from './cures.js';
export { decode } from './decode.js';
export * from './dims.js';
export { encode } from './encode.js';
export { encodeWithSequence } from './encode-with-sequence.js';
export * from './graph.js';
export { print, printAttributes, printNode } from './print.js';
export { LIMITS, type Limits } from './scan.js';
export { DATA_TYPES } from './schema.js';
export * from './tensor.js';
export { sortNodes, validate } from './validate.js';
