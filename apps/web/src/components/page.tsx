/** A screen: its title (also the window's), one line that answers the reader's question, and the content. */
import type { ReactNode } from 'react';
import { t } from '../lib/i18n.js';

interface Props {
  readonly title: string;
  readonly heading?: ReactNode;
  readonly lede?: ReactNode;
  readonly above?: ReactNode;
  readonly actions?: ReactNode;
  /** Takes more of a large screen: for tables with many columns. */
  readonly wide?: boolean;
  readonly children: ReactNode;
}

export const Page = ({ title, heading, lede, above, actions, wide = false, children }: Props) => (
  <div className={wide ? 'page is-wide' : 'page'}>
    <title>{`${title} · ${t('site.name')}`}</title>
    <header className="page-head">
      <div>
        {above && <p className="above">{above}</p>}
        <h1>{heading ?? title}</h1>
        {lede && <div className="lede">{lede}</div>}
      </div>
      {actions && <div className="actions">{actions}</div>}
    </header>
    {children}
  </div>
);

export const Section = ({
  title,
  id,
  aside,
  children,
}: {
  readonly title: string;
  readonly id?: string;
  readonly aside?: ReactNode;
  readonly children: ReactNode;
}) => (
  <section className="section" id={id}>
    <div className="section-head">
      <h2>{title}</h2>
      {aside}
    </div>
    {children}
  </section>
);
