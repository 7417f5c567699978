/** Puts an Observable Plot into the page at the width that is there, and again when the width changes. */
import { useLayoutEffect, useRef, useState } from 'react';

interface Props {
  /** Must be stable (`useCallback`): a new function means a new drawing. */
  readonly draw: (width: number) => SVGSVGElement | HTMLElement;
  readonly height: number;
  /** Called with each new drawing; what it returns is called before the next. */
  readonly onDrawn?: ((drawing: SVGSVGElement | HTMLElement) => () => void) | undefined;
}

export const PlotFigure = ({ draw, height, onDrawn }: Props) => {
  const box = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(0);

  useLayoutEffect(() => {
    const observer = new ResizeObserver(([entry]) => entry && setWidth(Math.floor(entry.contentRect.width)));
    observer.observe(box.current!);
    return () => observer.disconnect();
  }, []);

  useLayoutEffect(() => {
    if (width === 0) return;
    const drawing = draw(width);
    // Plot brings an inline style sheet, which a strict content policy refuses; `plot.css` says the same.
    for (const sheet of drawing.querySelectorAll('style')) sheet.remove();
    // Plot names its marks ("dot", "line") without a role, which ARIA forbids; figures say in words what they show.
    for (const mark of drawing.querySelectorAll('[aria-label]:not([role])')) mark.removeAttribute('aria-label');
    box.current!.replaceChildren(drawing);
    return onDrawn?.(drawing);
  }, [draw, width, onDrawn]);

  return <div ref={box} className="plot" style={{ height }} />;
};
