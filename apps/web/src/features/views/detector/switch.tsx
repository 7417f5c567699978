/** One of a few, as buttons side by side. */
import { useId } from 'react';

interface Props<T extends string> {
  readonly legend: string;
  readonly of: readonly T[];
  readonly title: (one: T) => string;
  readonly value: T;
  readonly choose: (one: T) => void;
}

export const Switch = <T extends string>({ legend, of, title, value, choose }: Props<T>) => {
  const name = useId();
  return (
    <fieldset className="switch">
      <legend>{legend}</legend>
      {of.map((one) => (
        <label key={one} className={one === value ? 'is-on' : undefined}>
          <input type="radio" name={name} checked={one === value} onChange={() => choose(one)} />
          {title(one)}
        </label>
      ))}
    </fieldset>
  );
};
