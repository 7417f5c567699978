/** Tables of Learning-to-Cache (arXiv 2406.01733): fewer MACs of a trajectory, beside fewer steps. */
import type { Sheet } from './_sheet.js';
import data from './learning-to-cache.json' with { type: 'json' };

export const LearningToCache: Sheet = data;
