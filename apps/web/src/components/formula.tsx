/** A formula, typeset as MathML: no fonts and no styles to load, and screen readers read it. */
import { useEffect, useRef } from 'react';

export const Formula = ({ tex }: { readonly tex: string }) => {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    let current = true;
    void import('katex').then(({ default: katex }) => {
      if (current && box.current) {
        katex.render(tex, box.current, { output: 'mathml', displayMode: true, throwOnError: false });
      }
    });
    return () => {
      current = false;
    };
  }, [tex]);
  return (
    <div ref={box} className="formula">
      <code>{tex}</code>
    </div>
  );
};
