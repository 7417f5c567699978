/** A block of code with a button that copies it. */
import { useState } from 'react';
import { t } from '../lib/i18n.js';

export const Code = ({ text, label }: { readonly text: string; readonly label: string }) => {
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(text);
    setCopied(true);
    setTimeout(() => setCopied(false), 2000);
  };
  return (
    <div className="code">
      <section aria-label={label}>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a block that scrolls must be reachable by keyboard */}
        <pre tabIndex={0}>
          <code>{text}</code>
        </pre>
      </section>
      {'clipboard' in navigator && (
        <button type="button" className="button is-quiet is-small" onClick={copy} aria-live="polite">
          {copied ? t('action.copied') : t('action.copy')}
        </button>
      )}
    </div>
  );
};
