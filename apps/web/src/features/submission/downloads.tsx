/** The files of a run, each under its hash. */
import type { Result, Run } from '@topiary/contracts';
import { artefactUrl } from '../../lib/api.js';
import { formatBytes } from '../../lib/format.js';
import { isPublished } from '../facts/shown.js';
import { titleOf } from '../facts/titles.js';
import { t } from './words.js';

type Artefact = Result['artefacts'][number];

/** What every run leaves; other kinds have names of their own. */
const COMMON = {
  model: t('artefact.model'),
  pipeline: t('artefact.pipeline'),
  kept: t('artefact.kept'),
  curve: t('artefact.curve'),
  log: t('artefact.log'),
} as const;

const EXTENSIONS: readonly (readonly [start: string, extension: string])[] = [
  ['application/json', 'json'],
  ['text/plain', 'txt'],
  ['image/png', 'png'],
  ['image/svg', 'svg'],
  ['image/jpeg', 'jpg'],
  ['audio/wav', 'wav'],
];

/** Networks are the only files without a media type of their own. */
const extensionOf = ({ kind, mediaType }: Artefact): string =>
  EXTENSIONS.find(([start]) => mediaType.startsWith(start))?.[1] ?? (kind === 'model' ? 'onnx' : 'bin');

const nameOf = ({ kind, title }: Artefact): string => {
  const common = (COMMON as Readonly<Record<string, string>>)[kind];
  if (common === undefined) return titleOf({ kind, title: title ?? null });
  // Of several networks each is a part; elsewhere the title says what the kind says.
  return title === undefined || kind !== 'model' ? common : t('artefact.part', { what: common, title });
};

const fileOf = (run: string, artefact: Artefact): string =>
  `${[run, artefact.kind, ...(artefact.title === undefined ? [] : [artefact.title.replace(/\W+/g, '-')])].join('-')}.${extensionOf(artefact)}`;

export const Downloads = ({ run }: { readonly run: Run }) => {
  const files = (run.result?.artefacts ?? []).filter(isPublished);
  if (files.length === 0) return <p className="muted">{t('download.none')}</p>;
  return (
    <ul className="plain-list">
      {files.map((file) => (
        <li key={`${file.kind}/${file.sha256}`}>
          <a href={artefactUrl(file.sha256)} download={fileOf(run.id, file)}>
            {nameOf(file)}
          </a>
          <span className="muted">{` ${formatBytes(file.bytes)}, sha256 ${file.sha256.slice(0, 12)}…`}</span>
        </li>
      ))}
    </ul>
  );
};
