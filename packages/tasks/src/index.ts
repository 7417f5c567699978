/** What networks must do. One task = one folder. */
export * from './_task.js';
export * from './catalogue.js';
export { bindClassifier, type Pictures } from './classification/bound.js';
export { classificationFeeds, type Mixture } from './classification/feeds.js';
export { holdOut } from './classification/held-out.js';
export { addTask, FOLDER_TASK, taskOf } from './registry.js';
