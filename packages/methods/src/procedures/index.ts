/** Every procedure, one line each. */
export { ToyHalve } from './toy-halve.js';
