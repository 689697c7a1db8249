/** The size of an element in CSS pixels, rounded, as it changes. [0, 0] until it is measured. */
import { useLayoutEffect, useState, type RefObject } from 'react';

export interface Size {
  readonly width: number;
  readonly height: number;
}

export function useSize(host: RefObject<Element | null>): Size {
  const [size, setSize] = useState<Size>({ width: 0, height: 0 });
  useLayoutEffect(() => {
    const element = host.current;
    if (element === null) return;
    const take = (width: number, height: number): void => {
      const next = { width: Math.round(width), height: Math.round(height) };
      setSize((now) => (now.width === next.width && now.height === next.height ? now : next));
    };
    const box = element.getBoundingClientRect();
    take(box.width, box.height);
    const observer = new ResizeObserver(([entry]) => {
      if (entry !== undefined) take(entry.contentRect.width, entry.contentRect.height);
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [host]);
  return size;
}
