/** What each layer cost before and after, and what the kernels make of its widths: why MACs halve and time does not. */
import type { LayerCostFact, LayersFact } from '@topiary/contracts';
import { Scroll } from '../../components/scroll.js';
import { formatCount, formatShare } from '../../lib/format.js';
import { counter, translator } from '../../lib/i18n.js';
import { facts } from '../../messages/en/facts.js';
import type { ViewProps } from '../facts/view.js';

const t = translator(facts);
const tn = counter(facts);

type Layer = LayersFact['layers'][number];

/** Runs of earlier versions stay, and a file may be anything. */
const read = (data: unknown): LayersFact | null => {
  const { layers, block } = (data ?? {}) as Partial<LayersFact>;
  return Array.isArray(layers) && typeof block === 'number' ? { layers, block } : null;
};

const sumOf = (layers: readonly Layer[], of: 'base' | 'left', what: 'macs' | 'computed' | 'params'): number =>
  layers.reduce((sum, layer) => sum + (layer[of]?.[what] ?? 0), 0);

/** What its widths mean to the kernels; empty for what is no convolution. */
const kernelText = ({ kernel }: LayerCostFact): string => {
  if (kernel === null) return '';
  const { plain, inputs, outputs } = kernel;
  if (plain !== null) return t(`layers.plain.${plain}`, { inputs: inputs[0] });
  if (inputs[0] === inputs[1] && outputs[0] === outputs[1]) return t('layers.fits');
  return t('layers.filled', {
    inputs: inputs[0],
    outputs: outputs[0],
    filledInputs: inputs[1],
    filledOutputs: outputs[1],
  });
};

/** Awkward for the kernels: filled up by more than a tenth, or out of blocks. */
const isAwkward = ({ kernel, macs, computed }: LayerCostFact): boolean =>
  kernel !== null && (kernel.plain !== null || computed > 1.1 * macs);

const Cost = ({ base, left }: { readonly base: number | null; readonly left: number | null }) => (
  <td className="numeric">
    {left === null ? '–' : formatCount(left)}
    <span className="muted">{` / ${base === null ? '–' : formatCount(base)}`}</span>
  </td>
);

const LayerRow = ({ layer: { layer, base, left }, most }: { readonly layer: Layer; readonly most: number }) => (
  <tr className={left && isAwkward(left) ? 'is-awkward' : undefined}>
    <th scope="row" title={layer}>
      {layer}
    </th>
    <td className="width-cell" aria-hidden="true">
      <span className="width-before" style={{ width: `${(100 * (base?.macs ?? left?.macs ?? 0)) / most}%` }}>
        <span
          className="width-after"
          style={{ width: `${base?.macs ? Math.min(100, (100 * (left?.macs ?? 0)) / base.macs) : 100}%` }}
        />
      </span>
    </td>
    <Cost base={base?.macs ?? null} left={left?.macs ?? null} />
    <Cost base={base?.params ?? null} left={left?.params ?? null} />
    <td className="numeric">{left && base ? formatShare(left.computed, base.computed) : '–'}</td>
    <td>{left === null ? t('layers.gone') : base === null ? t('layers.new') : kernelText(left)}</td>
  </tr>
);

const Summary = ({ fact: { layers, block } }: { readonly fact: LayersFact }) => {
  const [base, left] = [sumOf(layers, 'base', 'macs'), sumOf(layers, 'left', 'macs')];
  const [whole, computed] = [sumOf(layers, 'base', 'computed'), sumOf(layers, 'left', 'computed')];
  const plain = layers.filter(
    ({ base: was, left: now }) => was?.kernel?.plain === null && now?.kernel && now.kernel.plain !== null,
  );
  return (
    <p>
      {t('layers.text', { left: formatCount(left), base: formatCount(base), share: formatShare(left, base) })}{' '}
      {block > 0 &&
        t('layers.blocks', {
          block,
          computed: formatCount(computed),
          base: formatCount(whole),
          share: formatShare(computed, whole),
        })}{' '}
      {plain.length > 0 && tn('layers.plain', plain.length)}
    </p>
  );
};

export default function Layers({ data }: ViewProps) {
  const fact = read(data);
  if (fact === null) return <p className="muted">{t('layers.unreadable')}</p>;
  const { layers } = fact;
  // norms have parameters and no products
  const multiplying = layers.filter(({ base, left }) => (base?.macs ?? 0) + (left?.macs ?? 0) > 0);
  const most = Math.max(1, ...layers.flatMap(({ base, left }) => [base?.macs ?? 0, left?.macs ?? 0]));
  return (
    <figure className="figure">
      <Summary fact={fact} />
      <Scroll caption={t('layers.caption')} kind="is-tall">
        <table className="widths layers">
          <caption className="sr-only">{t('layers.caption')}</caption>
          <thead>
            <tr>
              <th scope="col">{t('layers.layer')}</th>
              <td className="width-cell" />
              {(['macs', 'params', 'computed'] as const).map((head) => (
                <th key={head} scope="col" className="numeric">
                  {t(`layers.${head}`)}
                </th>
              ))}
              <th scope="col">{t('layers.kernels')}</th>
            </tr>
          </thead>
          <tbody>
            {multiplying.map((layer) => (
              <LayerRow key={layer.layer} layer={layer} most={most} />
            ))}
          </tbody>
        </table>
      </Scroll>
    </figure>
  );
}
