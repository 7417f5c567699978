/** Sends the files that a submission names, says how far they have come, and calls them by their paths afterwards. */
import { ApiProblem, sendFile } from '@topiary/client';
import type { Context } from './command.js';
import type { World } from './kinds/_kind.js';
import { localFile } from './local-file.js';
import { progressOf } from './progress.js';
import { fileSize } from './text.js';

export interface Uploading {
  readonly send: World['send'];
  /** What the server says of `models.0.file` is said of the path that the caller knows. */
  inWords(error: unknown): unknown;
}

const SILENT = { note: () => undefined, status: () => undefined };

/** `dry`: the files are hashed and stay here. */
export const uploading = ({ url, settings, json, signal, ...speech }: Context, dry: boolean): Uploading => {
  const paths = new Map<string, string>();
  return {
    send: async ({ option, path, where }) => {
      paths.set(where, path);
      const file = await localFile(option, path);
      if (dry) return file.sha256;
      const { at, note, done } = progressOf(json ? SILENT : speech, path, file.bytes);
      const onRetry = (error: Error) => note(`${error.message}; trying again`);
      await sendFile({ url, key: settings.key }, file, { onProgress: at, onRetry, signal });
      done(`${fileSize(file.bytes)} sent, sha256 ${file.sha256}`);
      return file.sha256;
    },
    inWords: (error) => {
      if (!(error instanceof ApiProblem)) return error;
      const { where = '', detail } = error.problem;
      const place = [...paths.keys()].find((key) => where === key || where.startsWith(`${key},`));
      if (place === undefined) return error;
      const known = `${paths.get(place)}${where.slice(place.length)}`;
      const problem = { ...error.problem, where: known, detail: detail.replace(where, () => known) };
      return new ApiProblem(problem, error.retryAfter);
    },
  };
};
