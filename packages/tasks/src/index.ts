/** What networks must do. One task = one folder. */
export * from './_task.js';
export * from './catalogue.js';
export { bindClassifier, type Pictures } from './classification/bound.js';
export { holdOut } from './classification/held-out.js';
export { addTask, taskOf } from './registry.js';
