/** Tracks and boards as plain descriptions, and what recipes on them mean; loads nothing that computes. */
export type { FilledRecipe } from '@topiary/contracts';
export { PRUNE, PRUNING } from './_pruning.js';
export { STAGES } from './_stages.js';
export type { BoardSpec, Protocol, Track } from './_track.js';
export { finetune, sparsify } from './_training.js';
export {
  addressOf,
  addTrack,
  BOARDS,
  boardOf,
  cannotRun,
  countedOn,
  protocolOf,
  specOf,
  TRACKS,
  trackById,
  trackOf,
} from './boards.js';
export { differences, protocolDifferences } from './differences.js';
export { allBoards, describeImported, type ImportedBoards, newBoard, resolveBoard } from './imported.js';
export {
  checkRecipe,
  checkServed,
  divisionOf,
  estimateSeconds,
  fillRecipe,
  recipeHash,
  recipeLabel,
  stepsHash,
} from './recipe.js';
export { EXPERIMENTS, type RecordedExperiment } from './recorded/index.js';
export { type ReportedRow, reportedOn, SHEETS } from './reported/index.js';
export { shippedOn, shippedResultsFile, shippedResultsFolder, shippedResultsText } from './shipped.js';
export { isShipped, shippedFilesOf, writeShippedFiles } from './shipped-files.js';
export {
  checkTargets,
  fillSteps,
  reachingStep,
  type StoredRecipe,
  stagePrefix,
  stagesOf,
  stepsDivision,
  stepsLabel,
  stepsOf,
  storedRecipe,
} from './steps.js';
