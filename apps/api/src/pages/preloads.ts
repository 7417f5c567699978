/** What a screen will ask for once its first script has run: asked for with the page itself, it is there by then. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

/** Vite's own list of what it built, by source file. */
const Manifest = z.record(
  z.string(),
  z.object({ file: z.string(), isEntry: z.boolean().optional(), imports: z.array(z.string()).optional() }),
);
type Manifest = z.infer<typeof Manifest>;

type Params = Readonly<Record<string, string>>;

interface Screen {
  readonly source: string;
  /** Of the API, in the very words in which the screen asks. */
  readonly data?: (params: Params) => readonly string[];
}

const at = (id = ''): string => encodeURIComponent(id);
const boardData = ({ id }: Params) => ['/tracks', `/boards/${at(id)}`, `/boards/${at(id)}/leaderboard?limit=500`];

/** Screens that people are sent to from elsewhere. */
const SCREENS: Readonly<Record<string, Screen>> = {
  '/': { source: 'home', data: () => ['/tracks', '/boards', '/submissions?limit=20'] },
  '/boards': { source: 'boards', data: () => ['/tracks', '/boards'] },
  '/overall': { source: 'overall', data: () => ['/tracks'] },
  '/boards/:id': { source: 'board', data: boardData },
  '/boards/:id/rows/:row': { source: 'row', data: (params) => ['/methods', ...boardData(params)] },
  '/methods/:kind/:id': { source: 'method', data: () => ['/methods'] },
  '/submissions/:id': { source: 'submission', data: ({ id }) => ['/tracks', `/submissions/${at(id)}`] },
};

/** The files of a chunk and of all that it needs at once. */
const filesOf = (manifest: Manifest, source: string): ReadonlySet<string> => {
  const files = new Set<string>();
  const visit = (name: string): void => {
    const found = manifest[name];
    if (!found || files.has(found.file)) return;
    files.add(found.file);
    for (const one of found.imports ?? []) visit(one);
  };
  visit(source);
  return files;
};

/** Without those that the page names itself: its first script, and what that needs. */
const chunksOf = (manifest: Manifest, source: string): string[] => {
  const entry = Object.keys(manifest).find((name) => manifest[name]!.isEntry);
  const named = entry === undefined ? new Set<string>() : filesOf(manifest, entry);
  return [...filesOf(manifest, source)].filter((file) => !named.has(file));
};

export type Preloads = (path: string, params: Params) => string;

/** Tags for the head of a page; none where the site was built without a list. */
export const readPreloads = async (folder: string): Promise<Preloads> => {
  const text = await readFile(join(folder, '.vite', 'manifest.json'), 'utf8').catch(() => '{}');
  const manifest = Manifest.parse(JSON.parse(text));
  const scripts = new Map(
    Object.entries(SCREENS).map(([path, { source }]) => [path, chunksOf(manifest, `src/pages/${source}.tsx`)]),
  );
  return (path, params) =>
    [
      ...(scripts.get(path) ?? []).map((file) => `<link rel="modulepreload" fetchpriority="low" href="/${file}" />`),
      ...(SCREENS[path]?.data?.(params) ?? []).map(
        (url) => `<link rel="preload" as="fetch" fetchpriority="low" crossorigin="anonymous" href="/api/v1${url}" />`,
      ),
    ].join('');
};
