/** `--model 2x=file.onnx`: networks that were pruned elsewhere, one file for each speed-up. */
import type { CreateSubmission } from '@topiary/client';
import { UsageError } from '../exit.js';
import { aboutOf, boardOf, type Kind, seedsOf } from './_kind.js';

type Division = NonNullable<Extract<CreateSubmission, { kind: 'pruned-models' }>['division']>;

interface Model {
  readonly target: string;
  readonly path: string;
}

const modelOf = (text: string): Model => {
  const [, target, path] = /^([^=]+)=(.+)$/s.exec(text) ?? [];
  if (target === undefined) throw new UsageError(`--model takes target=file, such as 2x=small.onnx, not '${text}'`);
  return { target, path: path! };
};

const modelsOf = (texts: readonly string[]): readonly Model[] => {
  const models = texts.map(modelOf);
  const twice = models.find(({ target }, i) => models.findIndex((other) => other.target === target) < i);
  if (twice) throw new UsageError(`--model names two files for ${twice.target}; each speed-up takes one`);
  return models;
};

export const PrunedModels: Kind = {
  title: 'pruned networks (--model)',
  takes: ({ model }) => model !== undefined,
  options: ['model', 'division', 'method', 'paper', 'licence'],
  bodyOf: async (options, { send }) => {
    const [board, about] = [boardOf(options.board), aboutOf(options)];
    const models: { target: string; file: string }[] = [];
    for (const [i, { target, path }] of modelsOf(options.model!).entries()) {
      models.push({ target, file: await send({ option: `--model ${target}`, path, where: `models.${i}.file` }) });
    }
    // The server names the divisions there are.
    const division = options.division === undefined ? {} : { division: options.division as Division };
    return { kind: 'pruned-models', board, ...about, ...division, models, ...seedsOf(options) };
  },
};
