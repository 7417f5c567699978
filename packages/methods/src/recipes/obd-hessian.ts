/** The row OBD-Hessian of PruningBench's tables. */
import { alone } from './_recipe.js';

export const ObdHessianRecipe = alone('obd-hessian', 'OBD-Hessian', 'The second-order change of the loss.');
