/** Ranks, tiers, intervals, paired tests, Pareto fronts, leaderboard rows: pure functions of plain data. */
export * from './above-random.js';
export * from './binomial.js';
export * from './bits.js';
export * from './bootstrap.js';
export * from './compare.js';
export * from './descriptive.js';
export * from './distributions.js';
export * from './intervals.js';
export * from './leaderboard.js';
export * from './orderings.js';
export * from './paired.js';
export * from './pareto.js';
export * from './rank.js';
export * from './row-metrics.js';
export * from './run-record.js';
export * from './scopes.js';
export * from './standings.js';
