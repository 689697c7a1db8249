/** The React side of a picture: one host element, the views it watches, and the words beside it. */
import { useEffect, useRef, useState, type RefObject } from 'react';
import { onView, watchView, type ViewParameters } from '../../client/views.ts';
import type { ViewName } from '../../protocol/views.ts';
import { mountPicture, type Picture } from './mount.ts';

export interface PictureSpec<S> extends Omit<Picture<S>, 'host' | 'drawn' | 'sources'> {
  readonly views: readonly ViewName[];
  readonly parameters?: ViewParameters;
  readonly sources?: Picture<S>['sources'];
  readonly describe: (scene: S) => string;
}

export interface PictureState<S> {
  readonly host: RefObject<HTMLDivElement | null>;
  /** The scene whose words are shown; null before the first. */
  readonly scene: S | null;
  readonly words: string;
}

/** `make` runs once for each mount; it may keep state of its own and call `redraw`. */
export function usePicture<S>(make: (host: HTMLElement, redraw: () => void) => PictureSpec<S>): PictureState<S> {
  const host = useRef<HTMLDivElement>(null);
  const [state, setState] = useState<{ scene: S | null; words: string }>({ scene: null, words: '' });
  useEffect(() => {
    if (host.current === null) return;
    let ask = () => {};
    const { views, parameters, sources, describe, ...picture } = make(host.current, () => ask());
    const watched = views.map((name) => watchView(name, parameters));
    const mounted = mountPicture<S>({
      ...picture,
      host: host.current,
      sources: [...views.map((name) => (changed: () => void) => onView(name, changed)), ...(sources ?? [])],
      drawn: (scene) => setState({ scene, words: describe(scene) }),
    });
    ask = mounted.redraw;
    return () => {
      mounted.unmount();
      for (const end of watched) end();
    };
  }, []);
  return { host, ...state };
}
