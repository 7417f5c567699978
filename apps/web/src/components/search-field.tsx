/** The one search field: it filters the list on screen, and from any other page searches everything. `/` puts the cursor in. */
import { useEffect, useRef, useState } from 'react';
import { useLocation, useNavigate, useSearchParams } from 'react-router';
import { t } from '../lib/i18n.js';

const LABELS = {
  '/search': 'search.all',
  '/boards': 'search.boards',
  '/methods': 'search.methods',
  '/submissions': 'search.submissions',
} as const;

const isList = (pathname: string): pathname is keyof typeof LABELS => pathname in LABELS;

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && target.matches('input, textarea, select, [contenteditable]');

export const SearchField = () => {
  const input = useRef<HTMLInputElement>(null);
  const { pathname } = useLocation();
  const [search, setSearch] = useSearchParams();
  const navigate = useNavigate();
  const here = isList(pathname);
  const current = here ? (search.get('q') ?? '') : '';
  const [draft, setDraft] = useState('');
  const label = t(here ? LABELS[pathname] : 'search.all');

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new page starts with an empty field
  useEffect(() => setDraft(''), [pathname]);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      event.preventDefault();
      input.current?.focus();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, []);

  const onChange = (text: string) => {
    if (!here) return setDraft(text);
    setSearch(
      (previous) => {
        const next = new URLSearchParams(previous);
        if (text === '') next.delete('q');
        else next.set('q', text);
        return next;
      },
      { replace: true },
    );
  };

  return (
    <search>
      <form
        className="search"
        onSubmit={(event) => {
          event.preventDefault();
          if (!here) navigate(`/search?q=${encodeURIComponent(draft)}`);
        }}
      >
        <input
          ref={input}
          type="search"
          name="q"
          aria-label={label}
          aria-keyshortcuts="/"
          placeholder={label}
          value={here ? current : draft}
          onChange={(event) => onChange(event.target.value)}
          onKeyDown={(event) => event.key === 'Escape' && event.currentTarget.blur()}
          autoComplete="off"
          spellCheck={false}
        />
        <span className="key" aria-hidden="true">
          /
        </span>
      </form>
    </search>
  );
};
