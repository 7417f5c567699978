/** COCO's numbers in tables: of all classes, by class and by size, each beside the base's where that is known. */
import type { ApRow, AveragePrecisionFact } from '@topiary/contracts';
import { Table } from '../../components/table.js';
import { formatSigned } from '../../lib/format.js';
import type { ViewProps } from '../facts/view.js';
import '../../styles/detector.css';
import { onText, percent, t } from './detector/words.js';

type Share = number | null | undefined;

const Change = ({ left, base }: { readonly left: Share; readonly base: Share }) => (
  <td className="numeric">
    {typeof left === 'number' && typeof base === 'number' ? formatSigned(100 * (left - base), 1) : '–'}
  </td>
);

interface RowsProps {
  readonly caption: string;
  readonly first: string;
  readonly rows: AveragePrecisionFact['classes'];
  /** Beside AP. */
  readonly more: readonly ('ap50' | 'ap75' | 'ar')[];
}

const Rows = ({ caption, first, rows: { network, base }, more }: RowsProps) => {
  const heads = more.map((key): readonly [string, string] => [t(`ap.${key}`), 'numeric']);
  const before = (title: string): ApRow | undefined => base?.find((row) => row.title === title);
  return (
    <>
      <h3>{caption}</h3>
      <Table
        caption={caption}
        heads={[
          first,
          [t('ap.objects'), 'numeric'],
          [t('ap.ap'), 'numeric'],
          ...(base
            ? ([
                [t('ap.base'), 'numeric'],
                [t('ap.change'), 'numeric'],
              ] as const)
            : []),
          ...heads,
        ]}
      >
        {network.map((row) => (
          <tr key={row.title}>
            <th scope="row">{row.title}</th>
            <td className="numeric">{row.truths}</td>
            <td className="numeric">{percent(row.ap)}</td>
            {base && <td className="numeric">{percent(before(row.title)?.ap)}</td>}
            {base && <Change left={row.ap} base={before(row.title)?.ap} />}
            {more.map((key) => (
              <td key={key} className="numeric">
                {percent(row[key])}
              </td>
            ))}
          </tr>
        ))}
      </Table>
    </>
  );
};

const All = ({ network, base }: AveragePrecisionFact['all']) => (
  <>
    <h3>{t('ap.all')}</h3>
    <Table
      caption={t('ap.all')}
      heads={[
        t('ap.measure'),
        [t('ap.value'), 'numeric'],
        ...(base
          ? ([
              [t('ap.base'), 'numeric'],
              [t('ap.change'), 'numeric'],
            ] as const)
          : []),
      ]}
    >
      {network.map(({ title, value }) => {
        const before = base?.find((row) => row.title === title)?.value;
        return (
          <tr key={title}>
            <th scope="row">{title}</th>
            <td className="numeric">{percent(value)}</td>
            {base && <td className="numeric">{percent(before)}</td>}
            {base && <Change left={value} base={before} />}
          </tr>
        );
      })}
    </Table>
  </>
);

export default function AveragePrecision({ data }: ViewProps) {
  const fact = data as AveragePrecisionFact;
  return (
    <div className="detector-tables">
      <div className="detector-columns is-wide">
        <div>
          <All {...fact.all} />
        </div>
        <div>
          <Rows caption={t('ap.sizes')} first={t('ap.size')} rows={fact.sizes} more={['ar']} />
        </div>
      </div>
      <Rows caption={t('ap.classes')} first={t('ap.class')} rows={fact.classes} more={['ap50', 'ap75']} />
      <p className="muted">{`${onText(fact)} ${t('ap.text')}`}</p>
    </div>
  );
}
