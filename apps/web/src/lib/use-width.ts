/** The width of an element, followed as it changes; 0 before the first layout. */
import { type RefObject, useLayoutEffect, useRef, useState } from 'react';

export const useWidth = <E extends HTMLElement>(): [RefObject<E | null>, number] => {
  const box = useRef<E>(null);
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => {
    const observer = new ResizeObserver(([entry]) => entry && setWidth(Math.floor(entry.contentRect.width)));
    observer.observe(box.current!);
    return () => observer.disconnect();
  }, []);
  return [box, width];
};
