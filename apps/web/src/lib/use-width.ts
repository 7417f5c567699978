/** The width of an element, followed as it changes; 0 before the first layout. */
import { type RefObject, startTransition, useLayoutEffect, useRef, useState } from 'react';

export const useWidth = <E extends HTMLElement>(): [RefObject<E | null>, number] => {
  const box = useRef<E>(null);
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => {
    // a drawing of many points is made in slices, so that a phone answers meanwhile
    const observer = new ResizeObserver(([entry]) => {
      if (entry) startTransition(() => setWidth(Math.floor(entry.contentRect.width)));
    });
    observer.observe(box.current!);
    return () => observer.disconnect();
  }, []);
  return [box, width];
};
