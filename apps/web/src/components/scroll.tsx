/** A region for what may be wider or taller than its place: it scrolls, by the keyboard, too. */
import type { ReactNode } from 'react';

interface Props {
  /** Read out when the region is reached. */
  readonly caption: string;
  /** `is-tall`: it scrolls downwards as well; null: sideways alone. */
  readonly kind?: 'is-tall' | 'graph-scroll' | null;
  readonly children: ReactNode;
}

export const Scroll = ({ caption, kind = null, children }: Props) => (
  // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
  <section className={kind === null ? 'table-scroll' : `table-scroll ${kind}`} tabIndex={0} aria-label={caption}>
    {children}
  </section>
);
