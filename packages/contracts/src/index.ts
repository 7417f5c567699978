/** What processes tell each other. */
export * from './account.js';
export * from './catalogue.js';
export * from './comparison.js';
export * from './experiment.js';
export * from './findings.js';
export * from './imported-board.js';
export * from './job.js';
export * from './list.js';
export * from './problem.js';
export * from './recipe.js';
export * from './result.js';
export * from './row.js';
export * from './session.js';
export * from './shipped.js';
export * from './submission.js';
export * from './upload.js';
export * from './verdict.js';
