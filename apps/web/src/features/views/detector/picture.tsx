/** A picture with boxes over it, as lines that stay sharp at any size; what it shows stands below it in words. */
import type { BoxesFact, ShownTruth } from '@topiary/contracts';
import { useWidth } from '../../../lib/use-width.js';
import { type Judged, listOf, type Verdict } from './verdicts.js';
import { t, tn } from './words.js';

interface Props {
  readonly title: string;
  readonly picture: BoxesFact['pictures'][number];
  readonly classes: readonly string[];
  readonly judged: readonly Judged[];
  /** What is drawn. */
  readonly shown: ReadonlySet<Verdict | 'there'>;
}

/** Of a label, in pixels of the screen. */
const FONT = 12;

const Outline = ({ box: [x, y, width, height], kind }: { readonly box: ShownTruth['box']; readonly kind: string }) => (
  <>
    <rect className="box-halo" x={x} y={y} width={width} height={height} />
    <rect className={`box-line is-${kind}`} x={x} y={y} width={width} height={height} />
  </>
);

/** Inside of the picture, above its box or below it. */
const Label = ({
  judged,
  name,
  unit,
  room,
  bottom,
}: {
  readonly judged: Judged;
  readonly name: string;
  /** Pixels of the picture a pixel of the screen. */
  readonly unit: number;
  /** Of the picture, in its pixels. */
  readonly room: number;
  readonly bottom: number;
}) => {
  const { box, score, verdict } = judged;
  const text = score === null ? name : `${name} ${score.toFixed(2)}`;
  const size = FONT * unit;
  const length = text.length * size * 0.56;
  const x = Math.max(0, Math.min(box[0], room - length));
  const [above, below] = [box[1] - size * 0.35, box[1] + box[3] + size * 1.05];
  // what is missed stands below, so that it does not hide what was said instead
  const y = (verdict === 'missed' && below < bottom) || above < size ? Math.min(below, bottom - size * 0.3) : above;
  return (
    <text className={`box-label is-${verdict}`} x={x} y={y} fontSize={size}>
      {text}
    </text>
  );
};

/** "Found 3 of 4; missed 1 ring; 1 wrong box." */
const summary = (judged: readonly Judged[], classes: readonly string[]): string => {
  const of = (verdict: Verdict) => judged.filter((one) => one.verdict === verdict);
  const [hits, wrong, missed] = [of('hit'), of('wrong'), of('missed')];
  const parts = [
    t('boxes.found_n', { n: hits.length, of: hits.length + missed.length }),
    ...(missed.length > 0 ? [t('boxes.missed_list', { list: listOf(missed, classes) })] : []),
    ...(wrong.length > 0 ? [tn('boxes.wrong', wrong.length)] : []),
  ];
  return `${parts.join('; ')}.`;
};

export const Picture = ({ title, picture, classes, judged, shown }: Props) => {
  const { width, height, image, truths } = picture;
  const [box, screen] = useWidth<HTMLElement>();
  const unit = screen === 0 ? 0 : width / screen;
  const drawn = judged.filter(({ verdict }) => shown.has(verdict));
  const there = t('boxes.there_is', { list: listOf(truths, classes) || t('boxes.empty') });
  const text = summary(judged, classes);
  return (
    <figure className="figure boxes-figure" ref={box}>
      <h3>{title}</h3>
      <svg viewBox={`0 0 ${width} ${height}`} role="img" aria-label={`${title}. ${there} ${text}`}>
        <image href={image} width={width} height={height} />
        {shown.has('there') &&
          truths.map(({ box: place, class: c }) => (
            <rect
              key={`${c}/${place}`}
              className="box-there"
              x={place[0]}
              y={place[1]}
              width={place[2]}
              height={place[3]}
            />
          ))}
        {drawn.map((one) => (
          <Outline key={`${one.verdict}/${one.class}/${one.box}`} box={one.box} kind={one.verdict} />
        ))}
        {unit > 0 &&
          drawn.map((one) => (
            <Label
              key={`${one.verdict}/${one.class}/${one.box}`}
              judged={one}
              name={classes[one.class] ?? `${one.class}`}
              unit={unit}
              room={width}
              bottom={height}
            />
          ))}
      </svg>
      <figcaption>{text}</figcaption>
    </figure>
  );
};
