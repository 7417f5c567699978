/** One data set = one file; one line here. */
export { Cifar10 } from './cifar10.js';
export { Shapes32 } from './shapes32.js';
