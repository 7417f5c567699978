/** Pictures that a network draws, beside those that its base draws from the same noise; a slider goes through the sampling. */
import { useEffect, useId, useRef, useState } from 'react';
import { translator } from '../../lib/i18n.js';
import { facts } from '../../messages/en/facts.js';
import type { ViewProps } from '../facts/view.js';
import { type Samples, samplesFrom } from './samples-data.js';

const t = translator(facts);

/** Pictures in a row: one of every class. */
const IN_ROW = 10;

const paint = (canvas: HTMLCanvasElement, { width, height, labels }: Samples, levels: Uint8Array): void => {
  const rows = Math.ceil(labels.length / IN_ROW);
  canvas.width = IN_ROW * width;
  canvas.height = rows * height;
  const context = canvas.getContext('2d');
  if (context === null) return;
  labels.forEach((_, i) => {
    const image = context.createImageData(width, height);
    for (let k = 0; k < width * height; k += 1) {
      const level = levels[i * width * height + k]!;
      image.data.set([level, level, level, 255], 4 * k);
    }
    context.putImageData(image, (i % IN_ROW) * width, Math.floor(i / IN_ROW) * height);
  });
};

const Grid = ({ samples, levels, title }: { samples: Samples; levels: Uint8Array; title: string }) => {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    if (canvas.current) paint(canvas.current, samples, levels);
  }, [samples, levels]);
  return (
    <figure className="figure">
      <canvas ref={canvas} className="samples-grid" role="img" aria-label={t('samples.grid', { title })} />
      <figcaption>{title}</figcaption>
    </figure>
  );
};

export default function SamplesView({ data }: ViewProps) {
  const samples = samplesFrom(data);
  const [chosen, choose] = useState<number | null>(null);
  const slider = useId();
  if (samples === null) return <p className="muted">{t('samples.unreadable')}</p>;
  const last = samples.ours.length - 1;
  const frame = chosen ?? last;
  return (
    <>
      <div className="samples">
        <Grid samples={samples} levels={samples.ours[frame]!} title={t('samples.ours')} />
        <Grid samples={samples} levels={samples.base[frame]!} title={t('samples.base')} />
      </div>
      <p className="samples-slider">
        <label htmlFor={slider}>{t('samples.step')}</label>
        <input
          id={slider}
          type="range"
          min={0}
          max={last}
          value={frame}
          onChange={(event) => choose(Number(event.target.value))}
        />
        <output htmlFor={slider}>
          {t('samples.at', { step: Math.round(((samples.steps - 1) * frame) / last) + 1, steps: samples.steps })}
        </output>
      </p>
      <p className="muted">{t('samples.text')}</p>
    </>
  );
}
