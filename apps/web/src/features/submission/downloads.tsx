/** The files of a run, each under its hash. */
import type { Run } from '@topiary/contracts';
import { artefactUrl } from '../../lib/api.js';
import { formatBytes } from '../../lib/format.js';
import { t } from './words.js';

const EXTENSION = { model: 'onnx', kept: 'json', curve: 'json', log: 'txt' } as const;

type Artefact = NonNullable<Run['result']>['artefacts'][number];
type Published = Artefact & { readonly kind: keyof typeof EXTENSION };

/** Which test examples were answered correctly stays on the server: published, it would leak the test split. */
const isPublished = (artefact: Artefact): artefact is Published => artefact.kind in EXTENSION;

export const Downloads = ({ run }: { readonly run: Run }) => {
  const files = (run.result?.artefacts ?? []).filter(isPublished);
  if (files.length === 0) return <p className="muted">{t('download.none')}</p>;
  return (
    <ul className="plain-list">
      {files.map(({ kind, sha256, bytes }) => (
        <li key={`${kind}/${sha256}`}>
          <a href={artefactUrl(sha256)} download={`${run.id}-${kind}.${EXTENSION[kind]}`}>
            {t(`artefact.${kind}`)}
          </a>
          <span className="muted">{` ${formatBytes(bytes)}, sha256 ${sha256.slice(0, 12)}…`}</span>
        </li>
      ))}
    </ul>
  );
};
