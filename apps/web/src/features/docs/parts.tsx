/** A document's text: prose as it was made at build time, code with a button that copies it. */
import { type MouseEvent, useMemo } from 'react';
import { useNavigate } from 'react-router';
import { Code } from '../../components/copy.js';
import { translator } from '../../lib/i18n.js';
import { docs } from '../../messages/en/docs.js';
import type { DocPart } from './page.js';

const t = translator(docs);

/** Commands are written for the server that one starts oneself; read here, they are for this one. */
export const EXAMPLE = 'http://127.0.0.1:3000';

/** Links inside the site are followed without loading it anew. */
const useLinks = () => {
  const navigate = useNavigate();
  return (event: MouseEvent<HTMLElement>) => {
    const link = (event.target as Element).closest('a');
    const href = link?.getAttribute('href');
    if (!href?.startsWith('/') || href.startsWith('/docs/api') || event.metaKey || event.ctrlKey || event.shiftKey)
      return;
    event.preventDefault();
    navigate(href);
  };
};

const Prose = ({ html }: { readonly html: string }) => {
  const inner = useMemo(() => ({ __html: html }), [html]);
  // biome-ignore lint/security/noDangerouslySetInnerHtml: made at build time from files of the project
  return <div dangerouslySetInnerHTML={inner} />;
};

export const Parts = ({ parts }: { readonly parts: readonly DocPart[] }) => {
  const onClick = useLinks();
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the links inside are what is pressed, by keyboard too
    // biome-ignore lint/a11y/useKeyWithClickEvents: Enter on a link is a click
    <div className="prose doc" onClick={onClick}>
      {parts.map((part, i) =>
        'html' in part ? (
          // biome-ignore lint/suspicious/noArrayIndexKey: the text does not change
          <Prose key={i} html={part.html} />
        ) : (
          // biome-ignore lint/suspicious/noArrayIndexKey: the text does not change
          <Code key={i} label={t('docs.code')} text={part.code.replaceAll(EXAMPLE, window.location.origin)} />
        ),
      )}
    </div>
  );
};
