/** One segmenter = one file; one line here. */
export { SamTiny } from './sam-tiny.js';
export { SamVitB } from './sam-vit-b.js';
export { SamVitH } from './sam-vit-h.js';
export { SamVitL } from './sam-vit-l.js';
