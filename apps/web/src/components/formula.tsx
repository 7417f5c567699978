/** A formula, typeset as MathML: no fonts and no styles to load, and screen readers read it. */
import { useEffect, useRef, useState } from 'react';

export const Formula = ({ tex }: { readonly tex: string }) => {
  const box = useRef<HTMLDivElement>(null);
  /** Its source is shown only where it cannot be typeset. */
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    let current = true;
    import('katex').then(
      ({ default: katex }) => {
        if (current && box.current) {
          katex.render(tex, box.current, { output: 'mathml', displayMode: true, throwOnError: false });
        }
      },
      () => current && setFailed(true),
    );
    return () => {
      current = false;
    };
  }, [tex]);
  return (
    // two boxes: what the library draws into is never React's
    <div className="formula">
      <div ref={box} />
      {failed && <code>{tex}</code>}
    </div>
  );
};
