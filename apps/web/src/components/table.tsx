/** A table that scrolls sideways where it must, reachable by keyboard, with a caption that is read out. */
import type { ReactNode } from 'react';
import { Scroll } from './scroll.js';

interface Props {
  readonly caption: string;
  /** Heads of the columns; an empty one is for buttons whose names say what they do. */
  readonly heads: readonly (string | readonly [name: string, className: string])[];
  readonly children: ReactNode;
}

export const Table = ({ caption, heads, children }: Props) => (
  <Scroll caption={caption}>
    <table>
      <caption className="sr-only">{caption}</caption>
      <thead>
        <tr>
          {heads.map((head) => {
            const [name, className] = typeof head === 'string' ? [head, undefined] : head;
            return name === '' ? (
              <td key="actions" />
            ) : (
              <th key={name} scope="col" className={className}>
                {name}
              </th>
            );
          })}
        </tr>
      </thead>
      <tbody>{children}</tbody>
    </table>
  </Scroll>
);
