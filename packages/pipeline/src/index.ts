/** What is judged: named graphs, their ports, and the schedule by which a task calls them. */
export { assertPipeline, lanesOf } from './check.js';
export { type Counter, type PipelineCosts, paramsOf, pipelineCosts } from './costs.js';
export { type PipelineFile, readManifest, writeManifest } from './manifest.js';
export { initializersOf, merge, split } from './merge.js';
export * from './pipeline.js';
export * from './play.js';
export * from './port.js';
