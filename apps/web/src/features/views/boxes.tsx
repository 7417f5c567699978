/** What base and pruned network find in the same pictures, side by side, at any threshold of the score. */
import type { BoxesFact } from '@topiary/contracts';
import { useState } from 'react';
import { Table } from '../../components/table.js';
import type { ViewProps } from '../facts/view.js';
import '../../styles/detector.css';
import { Picture } from './detector/picture.js';
import { type Judged, listOf, type Verdict, verdictsOf } from './detector/verdicts.js';
import { t } from './detector/words.js';

type Shown = Verdict | 'there';

const KINDS = ['hit', 'wrong', 'missed', 'there'] as const satisfies readonly Shown[];
const THRESHOLD = 0.25;
const NETWORKS = ['base', 'network'] as const;

const place = ([x, y, width, height]: Judged['box']): string =>
  [x, y, width, height].map((value) => value.toFixed(1)).join(', ');

const Toggles = ({ on, toggle }: { readonly on: ReadonlySet<Shown>; readonly toggle: (kind: Shown) => void }) => (
  <fieldset className="boxes-toggles">
    <legend className="sr-only">{t('boxes.show')}</legend>
    {KINDS.map((kind) => (
      <label key={kind} className="choice">
        <input type="checkbox" checked={on.has(kind)} onChange={() => toggle(kind)} />
        <svg className="boxes-key" viewBox="0 0 22 14" aria-hidden="true">
          <rect className={kind === 'there' ? 'box-there' : 'box-halo'} x="3" y="3" width="16" height="8" />
          {kind !== 'there' && <rect className={`box-line is-${kind}`} x="3" y="3" width="16" height="8" />}
        </svg>
        {t(`boxes.${kind}`)}
      </label>
    ))}
  </fieldset>
);

const List = ({
  judged,
  classes,
}: {
  readonly judged: readonly (readonly Judged[])[];
  readonly classes: readonly string[];
}) => (
  <details>
    <summary>{t('boxes.list')}</summary>
    <Table
      caption={t('boxes.list')}
      heads={[
        t('boxes.column.network'),
        t('boxes.column.what'),
        t('boxes.column.class'),
        [t('boxes.column.score'), 'numeric'],
        [t('boxes.column.box'), 'numeric'],
      ]}
    >
      {NETWORKS.flatMap((network, i) =>
        judged[i]!.map((one) => (
          <tr key={`${network}/${one.verdict}/${one.class}/${one.box}`}>
            <td>{t(network)}</td>
            <td>{t(`boxes.${one.verdict}`)}</td>
            <td>{classes[one.class]}</td>
            <td className="numeric">{one.score?.toFixed(2) ?? '–'}</td>
            <td className="numeric">{place(one.box)}</td>
          </tr>
        )),
      )}
    </Table>
  </details>
);

export default function Boxes({ data }: ViewProps) {
  const { classes, pictures } = data as BoxesFact;
  const [at, setAt] = useState(0);
  const [least, setLeast] = useState(THRESHOLD);
  const [on, setOn] = useState<ReadonlySet<Shown>>(new Set(KINDS.slice(0, 3)));
  const toggle = (kind: Shown) => setOn((before) => new Set(KINDS.filter((one) => before.has(one) !== (one === kind))));
  const picture = pictures[at];
  if (picture === undefined) return <p className="muted">{t('none')}</p>;
  const judged = NETWORKS.map((network) => verdictsOf(picture.truths, picture[network], least));
  const step = (by: number) => setAt((at + by + pictures.length) % pictures.length);
  return (
    <div className="boxes">
      <div className="boxes-controls">
        <div className="boxes-turn">
          <button
            type="button"
            className="button is-quiet is-small"
            aria-label={t('boxes.previous')}
            onClick={() => step(-1)}
          >
            ‹
          </button>
          <label>
            <span className="sr-only">{t('boxes.picture')}</span>
            <select value={at} onChange={(event) => setAt(Number(event.target.value))}>
              {pictures.map(({ id, truths }, i) => (
                <option key={id} value={i}>
                  {`${i + 1}: ${listOf(truths, classes) || t('boxes.empty')}`}
                </option>
              ))}
            </select>
          </label>
          <button
            type="button"
            className="button is-quiet is-small"
            aria-label={t('boxes.next')}
            onClick={() => step(1)}
          >
            ›
          </button>
          <span className="muted">{t('boxes.at', { at: at + 1, of: pictures.length })}</span>
        </div>
        <label className="budget-field">
          <span>{t('boxes.score')}</span>
          <input
            type="range"
            min={0.05}
            max={0.95}
            step={0.05}
            value={least}
            aria-valuetext={least.toFixed(2)}
            onChange={(event) => setLeast(Number(event.target.value))}
          />
          <output>{least.toFixed(2)}</output>
        </label>
        <Toggles on={on} toggle={toggle} />
      </div>
      <div className="boxes-pair" aria-live="polite">
        {NETWORKS.map((network, i) => (
          <Picture
            key={network}
            title={t(network)}
            picture={picture}
            classes={classes}
            judged={judged[i]!}
            shown={on}
          />
        ))}
      </div>
      <p className="muted boxes-note">{t('boxes.caption')}</p>
      <List judged={judged} classes={classes} />
    </div>
  );
}
