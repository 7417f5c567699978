/** Every criterion, one line each. Light: nothing here imports more than the error class. */
export { BnScale } from './bn-scale.js';
export { Cp } from './cp.js';
export { DisturbedTaylor } from './disturbed-taylor.js';
export { Fpgm } from './fpgm.js';
export { Hrank } from './hrank.js';
export { Lamp } from './lamp.js';
export { MagnitudeL1 } from './magnitude-l1.js';
export { MagnitudeL2 } from './magnitude-l2.js';
export { ObdC } from './obd-c.js';
export { ObdHessian } from './obd-hessian.js';
export { Random } from './random.js';
export { Taylor } from './taylor.js';
export { Thinet } from './thinet.js';
