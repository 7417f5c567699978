/** `--criterion graph.onnx`: an ordinary recipe whose channels are scored by a graph of one's own. */
import { aboutOf, boardOf, type Kind, seedsOf, targetsOf } from './_kind.js';
import { recipeOf } from './recipe.js';

export const UploadedCriterion: Kind = {
  title: 'a criterion of your own (--criterion file.onnx)',
  takes: ({ criterion }) => criterion?.endsWith('.onnx') === true,
  options: [
    ...(['criterion', 'regularizer', 'scope', 'param', 'prune', 'sparsify', 'finetune', 'target'] as const),
    ...(['method', 'paper', 'licence'] as const),
  ],
  bodyOf: async ({ criterion, ...options }, { send }) => {
    const [board, about, recipe] = [boardOf(options.board), aboutOf(options), recipeOf({}, options)];
    const file = await send({ option: '--criterion', path: criterion!, where: 'file' });
    return { kind: 'criterion', board, ...about, file, recipe, ...targetsOf(options), ...seedsOf(options) };
  },
};
