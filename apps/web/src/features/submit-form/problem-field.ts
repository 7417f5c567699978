/** Which field of the form an error of the server belongs to. */
import type { Problem } from '@topiary/contracts';

const words = (text: string): readonly string[] => text.split(/[^A-Za-z0-9-]+/).filter(Boolean);

const BY_CODE: Readonly<Record<string, string>> = {
  TOPIARY_TRACKS_UNKNOWN_BOARD: 'board',
  TOPIARY_TRACKS_BOARD_CLOSED: 'board',
  TOPIARY_ZOO_DATA_MISSING: 'board',
  TOPIARY_PRUNING_IMPOSSIBLE_TARGET: 'targets',
  TOPIARY_METHODS_UNKNOWN: 'recipe.criterion',
  TOPIARY_METHODS_CANNOT_SERVE: 'recipe.criterion',
};

/**
 * `where` is a path (`body/recipe/finetune/lr`, `targets.0`) or a phrase (`criterion taylor, parameter order`): of the
 * fields whose own name occurs in it, the one with most of its path there.
 */
export const fieldOf = (problem: Pick<Problem, 'code' | 'where'>, fields: readonly string[]): string | null => {
  const said = new Set(words(problem.where ?? ''));
  let best: { field: string; score: number } | null = null;
  for (const field of fields) {
    const path = words(field);
    if (!said.has(path[path.length - 1] ?? '')) continue;
    const score = path.filter((word) => said.has(word)).length;
    if (best === null || score > best.score) best = { field, score };
  }
  const byCode = BY_CODE[problem.code];
  return best?.field ?? (byCode !== undefined && fields.includes(byCode) ? byCode : null);
};
