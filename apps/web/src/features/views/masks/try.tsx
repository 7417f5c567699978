/** Try it: one point, by hand, and what the network and its base cut out, both running in this page. */
import { useEffect, useRef, useState } from 'react';
import { basePartUrl } from '../../../lib/api.js';
import { formatBytes } from '../../../lib/format.js';
import { translator } from '../../../lib/i18n.js';
import { facts } from '../../../messages/en/facts.js';
import type { ViewProps } from '../../facts/view.js';
import type { Asks, MaskedPicture } from '../masks-data.js';
import type { Found, Live } from './live.js';
import { paint } from './paint.js';

const t = translator(facts);

/** Of the runtime, which is loaded with the networks. */
declare const RUNTIME_BYTES: number;

const SIDES = ['network', 'base'] as const;

interface Props extends Pick<ViewProps, 'networks' | 'board'> {
  readonly picture: MaskedPicture;
  readonly asks: Asks;
}

/** What has to be fetched for both; null: the run left no network of such parts. */
const placesOf = ({ networks, board }: Pick<Props, 'networks' | 'board'>) => {
  const part = (name: string) => networks.find((one) => one.part === name);
  const [encoder, prompts, decoder] = [part('encoder'), part('prompts'), part('decoder')];
  if (!encoder || !prompts || !decoder) return null;
  const base = basePartUrl(board, 'encoder');
  return {
    bytes: encoder.bytes + prompts.bytes + decoder.bytes,
    places: { network: encoder.url, base, prompts: prompts.url, decoder: decoder.url },
  };
};

/** Of the base's encoder, as the server tells it; null: not known yet. */
const useBytes = (url: string | null): number | null => {
  const [bytes, setBytes] = useState<number | null>(null);
  useEffect(() => {
    const ended = new AbortController();
    if (url !== null) {
      fetch(url, { method: 'HEAD', signal: ended.signal })
        .then(({ ok, headers }) => setBytes(ok ? Number(headers.get('content-length')) : null))
        .catch(() => undefined);
    }
    return () => ended.abort();
  }, [url]);
  return bytes;
};

/** A pixel of the picture. */
type Point = readonly [number, number];

const pixelAt = (offset: number, length: number, pixels: number): number =>
  Math.min(pixels - 1, Math.max(0, Math.floor((pixels * offset) / length)));

interface PaneProps {
  readonly picture: MaskedPicture;
  readonly title: string;
  readonly mask: Uint8Array | null;
  readonly point: Point;
  readonly onPoint: (point: Point) => void;
}

const Pane = ({ picture, title, mask, point, onPoint }: PaneProps) => {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    if (canvas.current) paint(canvas.current, picture, { masks: mask ? [mask] : [], points: [point] });
  }, [picture, mask, point]);
  const pixels = mask?.reduce((sum, bit) => sum + bit, 0) ?? 0;
  return (
    <figure className="figure">
      <div className="masks-picture" style={{ aspectRatio: `${picture.width} / ${picture.height}` }}>
        <img src={picture.image} alt="" />
        <canvas
          ref={canvas}
          className="masks-try"
          role="img"
          aria-label={mask === null ? t('masks.try.waits', { title }) : t('masks.try.found', { title, pixels })}
          onPointerDown={({ nativeEvent, currentTarget }) => {
            const { width, height } = currentTarget.getBoundingClientRect();
            const { offsetX, offsetY } = nativeEvent;
            onPoint([pixelAt(offsetX, width, picture.width), pixelAt(offsetY, height, picture.height)]);
          }}
        />
      </div>
      <figcaption>{title}</figcaption>
    </figure>
  );
};

/** The same by keyboard: places of a point in pixels. */
const Place = ({ picture, point, onPoint }: Omit<PaneProps, 'title' | 'mask'>) => (
  <div className="masks-turn">
    {(['x', 'y'] as const).map((axis, i) => (
      <label key={axis} className="choice">
        {t(`masks.try.${axis}`)}
        <input
          type="range"
          min={0}
          max={(i === 0 ? picture.width : picture.height) - 1}
          step={1}
          value={point[i]!}
          onChange={(event) => {
            const value = Number(event.target.value);
            onPoint(i === 0 ? [value, point[1]] : [point[0], value]);
          }}
        />
      </label>
    ))}
  </div>
);

const Ready = ({ live, picture }: { readonly live: Live; readonly picture: MaskedPicture }) => {
  const [point, setPoint] = useState<Point>(picture.objects[0]?.point ?? [picture.width >> 1, picture.height >> 1]);
  const [found, setFound] = useState<Found | 'failed' | null>(null);
  useEffect(() => {
    let isOver = false;
    const next = (one: Found | 'failed') => {
      if (!isOver) setFound(one);
    };
    live.at(picture, point).then(next, () => next('failed'));
    return () => {
      isOver = true;
    };
  }, [live, picture, point]);
  if (found === 'failed') return <p role="alert">{t('masks.try.failed')}</p>;
  return (
    <div className="stack">
      <div className="masks-pair">
        {SIDES.map((side) => (
          <Pane
            key={side}
            picture={picture}
            title={t(`masks.${side}`)}
            mask={found?.[side] ?? null}
            point={point}
            onPoint={setPoint}
          />
        ))}
      </div>
      <Place picture={picture} point={point} onPoint={setPoint} />
      <p className="muted" role="status">
        {found === null ? t('masks.try.first') : t('masks.try.ms', { ms: found.ms.toFixed(0) })}
      </p>
    </div>
  );
};

export default function Try({ picture, asks, networks, board }: Props) {
  const found = placesOf({ networks, board });
  const [state, setState] = useState<'asked' | 'loading' | 'failed' | Live>('asked');
  const base = useBytes(found?.places.base ?? null);
  if (found === null) return null;
  const start = () => {
    setState('loading');
    import('./live.js').then(({ openLive }) => openLive(found.places, asks)).then(setState, () => setState('failed'));
  };
  if (typeof state === 'object') return <Ready key={picture.image} live={state} picture={picture} />;
  const size = formatBytes(found.bytes + (base ?? 0) + RUNTIME_BYTES);
  return (
    <div className="stack">
      <p>{t('masks.try.how', { size })}</p>
      <button type="button" className="button" disabled={state === 'loading' || base === null} onClick={start}>
        {t(state === 'loading' ? 'masks.try.loading' : 'masks.try.load', { size })}
      </button>
      {state === 'failed' && <p role="alert">{t('masks.try.failed')}</p>}
    </div>
  );
}
