/** What a board recommends, in words: the row to take, how sure that is, its recipe and file, and what else fits. */
import type { AxisDescription, Board, Recommendation, TrackDescription } from '@topiary/contracts';
import { Link } from 'react-router';
import { Code } from '../../components/copy.js';
import { MeasureFigure } from '../../components/figures.js';
import { ProvenanceMark } from '../../components/marks.js';
import { Scroll } from '../../components/scroll.js';
import { artefactUrl } from '../../lib/api.js';
import { axisScale, formatBytes, formatShare, measure, measureText } from '../../lib/format.js';
import type { Wished } from '../../lib/recommend-api.js';
import { addressOf, differenceUnit, mainMetric } from '../../lib/tracks.js';
import { rowPath } from '../leaderboard/rows.js';
import { shellQuote } from '../submit-form/curl.js';
import { formAddress } from '../submit-form/initial.js';
import { t, tn } from './words.js';

type Choice = Recommendation['choices'][number];

interface Props {
  readonly found: Recommendation;
  readonly board: Board;
  readonly track: TrackDescription;
  readonly wished: Wished;
}

const lossOf = ({ loss }: Choice, track: TrackDescription) => {
  const metric = mainMetric(track);
  return measure(loss, { ...metric, unit: differenceUnit(metric) });
};

/** `1.24 ms`, or of what is counted the share that is left. */
const costText = ({ cost }: Choice, axis: AxisDescription): string => {
  if (cost === null) return '–';
  if (!axis.perMachine && cost.share !== null) return formatShare(cost.share, 1);
  const scale = axisScale(axis, [cost.left]);
  return `${scale.write(cost.left)} ${scale.unit}`.trim();
};

const fitText = ({ fit, loss }: Choice): string =>
  fit === 'likely' && loss.high === null ? t('recommend.fit.alone') : t(`recommend.fit.${fit}`);

const sentences = (choice: Choice, axis: AxisDescription, track: TrackDescription): string[] => {
  const { loss, cost } = choice;
  const written = lossOf(choice, track);
  const better = measure({ value: -loss.value, low: null, high: null }, { ...mainMetric(track), unit: written.unit });
  return [
    loss.value < 0
      ? t('recommend.gains', { loss: measureText({ ...written, text: better.text }) })
      : t('recommend.loses', { loss: measureText(written) }),
    ...(cost === null
      ? []
      : [
          axis.perMachine
            ? t('recommend.takes', { time: costText(choice, axis) })
            : t('recommend.leaves', { share: costText(choice, axis), axis: axis.title }),
        ]),
    fitText(choice),
    ...choice.doubts.map((doubt) => t(`recommend.doubt.${doubt}`)),
    ...(choice.alike.length > 0 ? [tn('recommend.alike', choice.alike.length)] : []),
  ];
};

const First = ({
  choice,
  board,
  axis,
  track,
}: Omit<Props, 'found' | 'wished'> & { choice: Choice; axis: AxisDescription }) => {
  const { row, beatenBy, request, files } = choice;
  const again = request as { readonly seeds?: number[] } | null;
  return (
    <>
      <p className="verdict">
        <strong>{t('recommend.take', { method: row.label, target: row.target.label })}</strong>{' '}
        {sentences(choice, axis, track).join(' ')}
        {beatenBy && (
          <>
            {' '}
            <Link to={rowPath(addressOf(board), beatenBy)}>{beatenBy.label}</Link>{' '}
            {t(beatenBy.surely ? 'recommend.beaten' : 'recommend.beaten.perhaps')}
          </>
        )}
      </p>
      <p className="below">
        {again && board.state === 'open' && (
          <Link
            className="button is-small"
            to={formAddress({ board: board.id, recipe: row.recipe, targets: [row.target], seeds: again.seeds ?? [0] })}
          >
            {t('recommend.recipe')}
          </Link>
        )}
        {files.map(({ seed, sha256, bytes }) => (
          <a key={sha256} href={artefactUrl(sha256)} download={`${row.id}-${seed}.onnx`}>
            {t('recommend.file', { seed, size: formatBytes(bytes) })}
          </a>
        ))}
        {files.length === 0 && <span className="muted">{t('recommend.noFile')}</span>}
      </p>
    </>
  );
};

const Table = ({ found, board, axis, track }: Omit<Props, 'wished'> & { axis: AxisDescription }) => (
  <Scroll caption={t('recommend.others')}>
    <table>
      <caption className="sr-only">{t('recommend.others')}</caption>
      <thead>
        <tr>
          <th scope="col">{t('recommend.fits')}</th>
          <th scope="col">{t('column.method')}</th>
          <th scope="col">{t('board.target')}</th>
          <th scope="col" className="numeric">
            {t('recommend.loss')}
          </th>
          <th scope="col" className="numeric">
            {axis.title}
          </th>
          <th scope="col">{t('column.provenance')}</th>
        </tr>
      </thead>
      <tbody>
        {found.choices.map((choice) => (
          <tr key={choice.row.id}>
            <td>{t(`recommend.fit.${choice.fit}.short`)}</td>
            <th scope="row">
              <Link to={rowPath(addressOf(board), choice.row)}>{choice.row.label}</Link>
            </th>
            <td>{choice.row.target.label}</td>
            <td className="numeric">
              <MeasureFigure measure={lossOf(choice, track)} />
            </td>
            <td className="numeric">{costText(choice, axis)}</td>
            <td>
              <ProvenanceMark provenance={choice.row.provenance} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  </Scroll>
);

/** How many rows are left out for which reason. */
const unknownText = ({ unknown }: Recommendation): string => {
  const whys = [...new Set(unknown.map(({ why }) => why))];
  const parts = whys.map((why) => t(`recommend.why.${why}`, { n: unknown.filter((one) => one.why === why).length }));
  return `${t('recommend.unknown')} ${parts.join(', ')}.`;
};

const commandFor = (board: string, { axis, spend, lose }: Wished): string =>
  [
    `topiary recommend ${board} --url ${window.location.origin} --axis ${shellQuote(axis)}`,
    ...(spend === null ? [] : [`--spend ${spend}`]),
    ...(lose === null ? [] : [`--lose ${lose}`]),
    '--take .',
  ].join(' ');

export const Advice = ({ found, board, track, wished }: Props) => {
  const axis = track.axes.find(({ id }) => id === found.axis) ?? track.axes[0]!;
  const [first] = found.choices;
  const more = found.of - found.choices.length;
  return (
    <>
      {first ? (
        <First choice={first} board={board} axis={axis} track={track} />
      ) : (
        <p className="verdict">
          <strong>{t('recommend.none')}</strong>
        </p>
      )}
      {first && <Table found={found} board={board} axis={axis} track={track} />}
      <p className="muted">
        {[
          ...(more > 0 ? [tn('recommend.more', more)] : []),
          ...(found.beyond > 0 ? [tn('recommend.beyond', found.beyond)] : []),
          ...(found.machine === null ? [] : [t('recommend.machine', { machine: found.machine })]),
          ...(found.unknown.length > 0 ? [unknownText(found)] : []),
        ].join(' ')}
      </p>
      <details>
        <summary>{t('recommend.cli')}</summary>
        <Code text={commandFor(addressOf(board), wished)} label={t('recommend.cli')} />
      </details>
    </>
  );
};
