/** The frame round every screen: skip link, header, content, footer. */
import { useQueryClient } from '@tanstack/react-query';
import { Suspense, useEffect, useRef, useState } from 'react';
import { Link, NavLink, Outlet, useLocation } from 'react-router';
import { t } from '../lib/i18n.js';
import { boardsQuery, methodsQuery, tracksQuery } from '../lib/queries.js';
import { Account } from './account.js';
import { ErrorBoundary } from './error-boundary.js';
import { SearchField } from './search-field.js';
import { SkeletonPage } from './skeleton.js';
import { ThemeSwitch } from './theme-switch.js';

const SECTIONS = [
  { to: '/boards', label: 'nav.boards' },
  { to: '/methods', label: 'nav.methods' },
  { to: '/findings', label: 'nav.findings' },
  { to: '/submissions', label: 'nav.submissions' },
  { to: '/rules', label: 'nav.rules' },
  { to: '/docs', label: 'nav.guide' },
] as const;

const Mark = () => (
  <svg className="mark" viewBox="0 0 16 16" width="22" height="22" aria-hidden="true" fill="currentColor">
    <circle cx="8" cy="2.6" r="1.9" />
    <circle cx="8" cy="6.5" r="2.7" />
    <path d="M3.6 11.4a4.4 3.4 0 0 1 8.8 0z" />
    <rect x="7.3" y="11" width="1.4" height="4.4" rx=".5" />
  </svg>
);

const Header = () => {
  const [open, setOpen] = useState(false);
  const { pathname } = useLocation();
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new address closes the menu
  useEffect(() => setOpen(false), [pathname]);
  return (
    <header className="site-header">
      <div className="bar">
        <Link to="/" className="wordmark">
          <Mark />
          {t('site.name')}
        </Link>
        <button
          type="button"
          className="menu-button"
          aria-expanded={open}
          aria-controls="site-menu"
          onClick={() => setOpen(!open)}
        >
          {open ? t('nav.close') : t('nav.menu')}
        </button>
        <div id="site-menu" className={open ? 'site-menu is-open' : 'site-menu'}>
          <nav aria-label={t('nav.label')}>
            {SECTIONS.map(({ to, label }) => (
              <NavLink key={to} to={to}>
                {t(label)}
              </NavLink>
            ))}
          </nav>
          <SearchField />
          <NavLink to="/submit" className="button is-small">
            {t('nav.submit')}
          </NavLink>
          <Account />
        </div>
      </div>
    </header>
  );
};

const Footer = () => (
  <footer className="site-footer">
    <div className="bar">
      <span>{t('site.promise')}</span>
      <nav aria-label={t('nav.footer')}>
        <Link to="/status">{t('nav.status')}</Link>
        <Link to="/docs/api">{t('nav.api')}</Link>
        <Link to="/docs/self-hosting">{t('nav.host')}</Link>
      </nav>
      <ThemeSwitch />
    </div>
  </footer>
);

/** After a change of screen the top of the page is shown and its heading has the focus, so that it is read out. */
const useArrival = () => {
  const { pathname, hash } = useLocation();
  const first = useRef(true);
  useEffect(() => {
    const target = hash ? document.getElementById(hash.slice(1)) : null;
    if (target) return target.scrollIntoView();
    if (first.current) {
      first.current = false;
      return;
    }
    window.scrollTo(0, 0);
    if (pathname) document.getElementById('main')?.focus({ preventScroll: true });
  }, [pathname, hash]);
};

/** Browsers share the address that the page calls its own: it must be that of the screen, not of the first one. */
const useOwnAddress = () => {
  const { pathname } = useLocation();
  useEffect(() => {
    const link = document.querySelector<HTMLLinkElement>('link[rel=canonical]');
    if (link) link.href = new URL(pathname, link.href).href;
  }, [pathname]);
};

/** Fields in which Escape means something already. */
const TYPED = 'select, textarea, input:not([type=checkbox], [type=radio], [type=range])';

/** Escape closes the fold that the focus is in, and goes back to what opened it. */
const useEscape = () => {
  useEffect(() => {
    const onKey = ({ key, target, defaultPrevented }: KeyboardEvent) => {
      if (key !== 'Escape' || defaultPrevented || !(target instanceof Element) || target.matches(TYPED)) return;
      const fold = target.closest<HTMLDetailsElement>('details[open]');
      if (!fold) return;
      fold.open = false;
      fold.querySelector('summary')?.focus();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, []);
};

/** What almost every screen needs is asked for at once, beside the screen's own code. */
const usePrefetch = () => {
  const client = useQueryClient();
  useEffect(() => {
    for (const query of [tracksQuery, boardsQuery, methodsQuery])
      void client.prefetchQuery(query as typeof tracksQuery);
  }, [client]);
};

export const Layout = () => {
  const { pathname } = useLocation();
  useArrival();
  useOwnAddress();
  useEscape();
  usePrefetch();
  return (
    <>
      <a className="skip" href="#main">
        {t('nav.skip')}
      </a>
      <Header />
      <main id="main" tabIndex={-1}>
        <ErrorBoundary key={pathname}>
          <Suspense fallback={<SkeletonPage />}>
            <Outlet />
          </Suspense>
        </ErrorBoundary>
      </main>
      <Footer />
    </>
  );
};
