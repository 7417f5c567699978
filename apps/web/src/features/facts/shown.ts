/** What there is to look at of a run. */
import type { Result } from '@topiary/contracts';
import { artefactUrl } from '../../lib/api.js';
import type { ViewNetwork } from './view.js';

type Artefact = Result['artefacts'][number];

export interface Shown {
  readonly key: string;
  readonly kind: string;
  /** Null: the view has a name of its own. */
  readonly title: string | null;
  readonly url: string | null;
  readonly isJson: boolean;
  readonly data: unknown;
}

/** Answers per test example stay on the server: published, they would leak the test split. */
const PRIVATE: ReadonlySet<string> = new Set(['correct', 'answers']);

export const isPublished = ({ kind }: Pick<Artefact, 'kind'>): boolean => !PRIVATE.has(kind);

/** A file as a view is given it. */
export const ofArtefact = ({ kind, sha256, mediaType, title }: Artefact): Shown => ({
  key: `${kind}/${sha256}`,
  kind,
  title: title ?? null,
  url: artefactUrl(sha256),
  isJson: mediaType.startsWith('application/json'),
  data: null,
});

/** Widths stand in the result itself; everything else is an artefact, shown by the view of its kind. */
export const shownOf = (
  { widths, artefacts }: Pick<Result, 'widths' | 'artefacts'>,
  hasView: (kind: string) => boolean,
): readonly Shown[] => [
  ...(widths.length > 0
    ? [{ key: 'widths', kind: 'widths', title: null, url: null, isJson: false, data: widths }]
    : []),
  ...artefacts.filter((artefact) => isPublished(artefact) && hasView(artefact.kind)).map(ofArtefact),
];

const NETWORK = 'model';

/** What the run made, as files: views may run it. */
export const networksOf = ({ artefacts }: Pick<Result, 'artefacts'>): readonly ViewNetwork[] =>
  artefacts
    .filter(({ kind }) => kind === NETWORK)
    .map(({ title, sha256, bytes }) => ({ part: title ?? null, url: artefactUrl(sha256), bytes }));
