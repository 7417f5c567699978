/** Every named recipe, one line each, in the order of the published tables. */

export { BnScaleRecipe } from './bn-scale.js';
export { BnScaleBnScaleRecipe } from './bn-scale-bn-scale.js';
export { BnScaleGroupLassoRecipe } from './bn-scale-group-lasso.js';
export { CpRecipe } from './cp.js';
export { DisturbedTaylorRecipe } from './disturbed-taylor.js';
export { FpgmRecipe } from './fpgm.js';
export { HrankRecipe } from './hrank.js';
export { IsomorphicPruningRecipe } from './isomorphic-pruning.js';
export { LampRecipe } from './lamp.js';
export { MagnitudeL1Recipe } from './magnitude-l1.js';
export { MagnitudeL2Recipe } from './magnitude-l2.js';
export { MagnitudeL2GroupLassoRecipe } from './magnitude-l2-group-lasso.js';
export { MagnitudeL2GroupNormRecipe } from './magnitude-l2-group-norm.js';
export { MagnitudeL2GrowingRegRecipe } from './magnitude-l2-growing-reg.js';
export { ObdCRecipe } from './obd-c.js';
export { ObdHessianRecipe } from './obd-hessian.js';
export { RandomRecipe } from './random.js';
export { RandomGroupLassoRecipe } from './random-group-lasso.js';
export { TaylorRecipe } from './taylor.js';
export { TaylorIsomorphicRecipe } from './taylor-isomorphic.js';
export { ThinetRecipe } from './thinet.js';
