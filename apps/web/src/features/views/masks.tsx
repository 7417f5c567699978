/** What one point cuts out, by the network and by the base that it was made from: the same pictures side by side. */
import { lazy, Suspense, useEffect, useRef, useState } from 'react';
import { Table } from '../../components/table.js';
import { translator } from '../../lib/i18n.js';
import { facts } from '../../messages/en/facts.js';
import type { ViewProps } from '../facts/view.js';
import { type Layer, paint } from './masks/paint.js';
import { asksFrom, type MaskedPicture, masksFrom } from './masks-data.js';
import '../../styles/masks.css';

const t = translator(facts);

/** Loaded with what it needs when somebody asks for it. */
const Try = lazy(() => import('./masks/try.js'));

const NETWORKS = ['network', 'base'] as const;
type Network = (typeof NETWORKS)[number];
const layerOf = ({ objects, everything }: MaskedPicture, network: Network, isAll: boolean): Layer =>
  isAll && everything
    ? { masks: everything[network], points: [] }
    : { masks: objects.map((object) => object[network].mask), points: objects.map(({ point }) => point) };

const percent = (iou: number): string => (100 * iou).toFixed(1);

interface DrawnProps {
  readonly picture: MaskedPicture;
  readonly network: Network;
  /** Everything, not what the points mean. */
  readonly isAll: boolean;
}

const Drawn = ({ picture, network, isAll }: DrawnProps) => {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    if (canvas.current) paint(canvas.current, picture, layerOf(picture, network, isAll));
  }, [picture, network, isAll]);
  const title = t(`masks.${network}`);
  const { objects, everything } = picture;
  const mean = objects.reduce((sum, object) => sum + object[network].iou, 0) / Math.max(1, objects.length);
  const said =
    isAll && everything
      ? t('masks.drawn.everything', { title, count: everything[network].length })
      : t('masks.drawn', { title, count: objects.length, iou: percent(mean) });
  return (
    <figure className="figure">
      <div className="masks-picture" style={{ aspectRatio: `${picture.width} / ${picture.height}` }}>
        <img src={picture.image} alt="" />
        <canvas ref={canvas} role="img" aria-label={said} />
      </div>
      <figcaption>{title}</figcaption>
    </figure>
  );
};

const List = ({ picture }: { readonly picture: MaskedPicture }) => (
  <details>
    <summary>{t('masks.list')}</summary>
    <Table
      caption={t('masks.list')}
      heads={[
        t('masks.column.object'),
        [t('masks.column.point'), 'numeric'],
        [t('masks.column.network'), 'numeric'],
        [t('masks.column.base'), 'numeric'],
      ]}
    >
      {picture.objects.map(({ point, network, base }, i) => (
        <tr key={point.join()}>
          <td>{i + 1}</td>
          <td className="numeric">{point.join(', ')}</td>
          <td className="numeric">{percent(network.iou)}</td>
          <td className="numeric">{percent(base.iou)}</td>
        </tr>
      ))}
    </Table>
  </details>
);

export default function Masks({ data, networks, board }: ViewProps) {
  const pictures = masksFrom(data);
  const [at, setAt] = useState(0);
  const [isAll, setAll] = useState(false);
  const picture = pictures?.[at];
  const asks = asksFrom(data);
  if (!pictures || !picture) return <p className="muted">{t('masks.unreadable')}</p>;
  const step = (by: number) => setAt((at + by + pictures.length) % pictures.length);
  return (
    <div className="masks">
      <div className="masks-turn">
        <button
          type="button"
          className="button is-quiet is-small"
          aria-label={t('masks.previous')}
          onClick={() => step(-1)}
        >
          ‹
        </button>
        <span>{t('masks.at', { at: at + 1, of: pictures.length })}</span>
        <button type="button" className="button is-quiet is-small" aria-label={t('masks.next')} onClick={() => step(1)}>
          ›
        </button>
        {picture.everything && (
          <label className="choice">
            <input type="checkbox" checked={isAll} onChange={(event) => setAll(event.target.checked)} />
            {t('masks.everything')}
          </label>
        )}
      </div>
      <div className="masks-pair" aria-live="polite">
        {NETWORKS.map((network) => (
          <Drawn key={network} picture={picture} network={network} isAll={isAll} />
        ))}
      </div>
      <p className="muted">{t(isAll && picture.everything ? 'masks.caption.everything' : 'masks.caption')}</p>
      <List picture={picture} />
      {asks !== null && networks.length > 0 && (
        <details>
          <summary>{t('masks.try')}</summary>
          <Suspense>
            <Try picture={picture} asks={asks} networks={networks} board={board} />
          </Suspense>
        </details>
      )}
    </div>
  );
}
