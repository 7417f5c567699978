/** The three ways to submit, side by side; the one in the address is shown. */
import { useSearchParams } from 'react-router';
import { t } from './words.js';

export const WAYS = ['recipe', 'pruned-models', 'criterion'] as const;
export type Way = (typeof WAYS)[number];

export const useWay = (): readonly [Way, (way: Way) => void] => {
  const [search, setSearch] = useSearchParams();
  const way = WAYS.find((one) => one === search.get('way')) ?? 'recipe';
  return [way, (next) => setSearch(next === 'recipe' ? {} : { way: next }, { replace: true })];
};

export const Ways = ({ way, onChange }: { readonly way: Way; readonly onChange: (way: Way) => void }) => (
  <fieldset className="kinds">
    <legend className="sr-only">{t('way.legend')}</legend>
    {WAYS.map((one) => (
      <label key={one} className={one === way ? 'is-on' : undefined}>
        <input type="radio" name="way" checked={one === way} onChange={() => onChange(one)} />
        <strong>{t(`way.${one}`)}</strong>
        <span className="muted">{t(`way.${one}.lede`)}</span>
      </label>
    ))}
  </fieldset>
);
