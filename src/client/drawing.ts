/**
 * The seam between React and D3: React owns one empty host element, a drawing owns its children. Scenes are drawn in the frame loop,
 * at most once a frame, and only when they are new.
 */
import { useEffect, useLayoutEffect, useRef, type RefObject } from 'react';
import { cancelFrame, nextFrame } from './frame.ts';

export interface Drawing<Scene> {
  update(scene: Scene): void;
  destroy(): void;
}

/** Mounts a drawing in `host` and feeds it each new `scene` (null: nothing to draw yet). Survives StrictMode's double mount. */
export function useDrawing<Scene>(
  host: RefObject<HTMLElement | null>,
  create: (host: HTMLElement) => Drawing<Scene>,
  scene: Scene | null,
): void {
  const drawing = useRef<Drawing<Scene> | null>(null);
  const make = useRef(create);
  const latest = useRef(scene);
  useLayoutEffect(() => {
    if (host.current === null) return;
    const mine = make.current(host.current);
    drawing.current = mine;
    if (latest.current !== null) mine.update(latest.current);
    return () => {
      mine.destroy();
      drawing.current = null;
    };
  }, [host]);
  useEffect(() => {
    if (latest.current === scene) return;
    latest.current = scene;
    if (scene === null) return;
    const draw = (): void => drawing.current?.update(scene);
    nextFrame(draw);
    return () => cancelFrame(draw);
  }, [scene]);
}
