/** A region for what may be wider than its page: it scrolls sideways, by the keyboard, too. */
import type { ReactNode } from 'react';

interface Props {
  /** Read out when the region is reached. */
  readonly caption: string;
  readonly children: ReactNode;
}

export const Scroll = ({ caption, children }: Props) => (
  // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
  <section className="table-scroll" tabIndex={0} aria-label={caption}>
    {children}
  </section>
);
