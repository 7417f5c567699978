/** Every regularizer, one line each. Light, like the criteria. */
export { BnScaleRegularizer } from './bn-scale.js';
export { GroupLasso } from './group-lasso.js';
export { GroupNorm } from './group-norm.js';
export { GrowingReg } from './growing-reg.js';
