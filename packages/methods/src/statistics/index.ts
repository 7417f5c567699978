/** Every statistic, one line each. */
export { Gradient } from './gradient.js';
