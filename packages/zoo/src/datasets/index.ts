/** One data set = one file; one line here. */
export { Bccd } from './bccd.js';
export { Cifar10 } from './cifar10.js';
export { Cifar100 } from './cifar100.js';
export { Coco } from './coco.js';
export { Imagenet } from './imagenet.js';
export { Nuclei } from './nuclei.js';
export { Sa1b } from './sa-1b.js';
export { Scenes64 } from './scenes64.js';
export { ShapesDet } from './shapes-det.js';
export { Shapes16 } from './shapes16.js';
export { Shapes32 } from './shapes32.js';
