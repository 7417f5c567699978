/** One file on its way: chosen, hashed, sent, checked. Choosing another one stops what is going on. */
import type { Problem, Verdict } from '@topiary/contracts';
import { useRef, useState } from 'react';
import { ApiError, api } from '../../lib/api.js';
import { type SendProgress, sendFile } from '../../lib/uploads.js';

export type FileState =
  | { readonly phase: 'none' }
  | { readonly phase: 'sending'; readonly file: File; readonly progress: SendProgress }
  | { readonly phase: 'checking'; readonly file: File }
  | { readonly phase: 'checked'; readonly file: File; readonly sha256: string; readonly verdict: Verdict }
  | { readonly phase: 'failed'; readonly file: File; readonly problem: Problem };

export interface ChosenFile {
  readonly state: FileState;
  readonly choose: (file: File) => void;
  readonly remove: () => void;
}

const problemOf = (error: unknown): Problem =>
  error instanceof ApiError
    ? error.problem
    : { type: 'about:blank', title: String(error), status: 0, code: 'WEB_UPLOAD', detail: String(error) };

export interface FileRequest {
  readonly board: string;
  readonly kind: 'network' | 'criterion';
}

/** Sends and checks a file; tells every step. */
export const takeFile = async (
  file: File,
  request: FileRequest,
  signal: AbortSignal,
  tell: (state: FileState) => void,
): Promise<void> => {
  try {
    const sha256 = await sendFile(file, (progress) => tell({ phase: 'sending', file, progress }), signal);
    tell({ phase: 'checking', file });
    tell({ phase: 'checked', file, sha256, verdict: await api.check({ ...request, file: sha256 }) });
  } catch (error) {
    tell({ phase: 'failed', file, problem: problemOf(error) });
  }
};

/** Files by place (a target, or the only one). */
export const useFiles = (request: FileRequest) => {
  const [states, setStates] = useState<Readonly<Record<string, FileState>>>({});
  const running = useRef(new Map<string, AbortController>());
  const stop = (place: string) => running.current.get(place)?.abort();
  const set = (place: string, state: FileState) => setStates((before) => ({ ...before, [place]: state }));
  const at = (place: string): ChosenFile => ({
    state: states[place] ?? { phase: 'none' },
    choose: (file) => {
      stop(place);
      const controller = new AbortController();
      running.current.set(place, controller);
      void takeFile(file, request, controller.signal, (state) => {
        if (!controller.signal.aborted) set(place, state);
      });
    },
    remove: () => {
      stop(place);
      set(place, { phase: 'none' });
    },
  });
  const reset = () => {
    for (const place of running.current.keys()) stop(place);
    setStates({});
  };
  return { at, reset };
};

/** Passed, but not as small as the place that it was dropped on asks for. */
export const isTooSlow = ({ speedup }: Verdict, wanted: number | null): boolean =>
  speedup !== null && wanted !== null && speedup.published < 0.995 * wanted;

/** The hash of a file that passed, and that is as much faster as is wanted; else null. */
export const passed = ({ state }: ChosenFile, wanted: number | null = null): string | null =>
  state.phase === 'checked' && state.verdict.ok && !isTooSlow(state.verdict, wanted) ? state.sha256 : null;
