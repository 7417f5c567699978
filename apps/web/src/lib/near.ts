/** Whether something has come near the window once: what is far below is fetched when somebody scrolls towards it. */
import { type RefObject, useEffect, useRef, useState } from 'react';

const MARGIN = '200px';

export const useIsNear = <T extends Element>(): [RefObject<T | null>, boolean] => {
  const ref = useRef<T>(null);
  const [isNear, setIsNear] = useState(false);
  useEffect(() => {
    const element = ref.current;
    if (element === null || isNear) return;
    const observer = new IntersectionObserver(
      (entries) => {
        if (entries.some(({ isIntersecting }) => isIntersecting)) setIsNear(true);
      },
      { rootMargin: MARGIN },
    );
    observer.observe(element);
    return () => observer.disconnect();
  }, [isNear]);
  return [ref, isNear];
};
