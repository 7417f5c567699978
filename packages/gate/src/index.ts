/** Decides whether an uploaded ONNX file may run. */
export { arityOf } from './arity.js';
export { type Beside, beside, type Speedup } from './beside.js';
export { type Admitted, admit, CHECKS, check } from './check.js';
export { type Dense, denseOf, type OtherWork } from './dense.js';
export { ABOVE_DENSE, GATE_LIMITS, type GateLimits } from './limits.js';
export {
  criterionRules,
  type NetworkTask,
  networkRules,
  type Port,
  type Rules,
  rulesAlone,
  rulesBeside,
} from './rules.js';
export { ALLOWED } from './steps/operators.js';
export { type Timed, timeContradicts } from './time-contradicts.js';
export { type CheckId, type CheckLine, type Facts, type Fault, faultOf, type Verdict } from './verdict.js';
