/** The tower: one picture of a whole computer, its five possible cuts, and one request on its way down. */
import { useEffect, useMemo, useRef, type ReactNode, type RefObject } from 'react';
import { eachFrame } from '../../client/frame.ts';
import { useSize, type Size } from '../../ui/useSize.ts';
import { createTower, type TowerDrawing } from './draw.ts';
import { describeTower, layoutTower, type TowerScene } from './layout.ts';
import { lastStep, pausePrint, toggleCut, useTower } from './state.ts';
import './tower.css';

/** --d-scene, and how long the request rests at each cut while playing. */
const TRAVEL = 420,
  REST = 1900;
const still = (): boolean => matchMedia('(prefers-reduced-motion: reduce)').matches;

export function useTowerScene(size: Size, wide: boolean): TowerScene | null {
  const step = useTower((s) => s.step);
  const cut = useTower((s) => s.cut);
  return useMemo(() => (size.width < 40 || size.height < 100 ? null : layoutTower({ ...size, step, cut, wide })), [size, step, cut, wide]);
}

/** Draws each new scene: at once, or over TRAVEL when the request has moved on by one. */
function useTowerDrawing(host: RefObject<HTMLDivElement | null>, scene: TowerScene | null): void {
  const drawing = useRef<TowerDrawing | null>(null);
  const before = useRef<TowerScene | null>(null);
  useEffect(() => {
    if (host.current === null) return;
    const mine = createTower(host.current, toggleCut);
    drawing.current = mine;
    before.current = null;
    return () => mine.destroy();
  }, [host]);
  useEffect(() => {
    if (scene === null || drawing.current === null) return;
    const down = before.current !== null && before.current.height === scene.height && scene.way.at > before.current.way.at;
    before.current = scene;
    if (!down || still()) {
      drawing.current.update(scene, 1);
      return;
    }
    let began = 0;
    const stop = eachFrame((now) => {
      began ||= now;
      const progress = Math.min(1, (now - began) / TRAVEL);
      drawing.current?.update(scene, progress);
      if (progress === 1) stop();
    });
    return stop;
  }, [scene]);
}

/** While playing, the request moves on by itself. */
function usePlaying(): void {
  const playing = useTower((s) => s.playing);
  useEffect(() => {
    if (!playing) return;
    let last = 0;
    return eachFrame((now) => {
      last ||= now - REST + TRAVEL;
      if (now - last < REST) return;
      last = now;
      const { step } = useTower.getState();
      if (step >= lastStep()) pausePrint();
      else useTower.setState({ step: step + 1 });
    });
  }, [playing]);
}

export function TowerPanel({
  wide,
  children,
}: {
  readonly wide: boolean;
  readonly children?: (scene: TowerScene) => ReactNode;
}): ReactNode {
  const host = useRef<HTMLDivElement>(null);
  const size = useSize(host);
  const scene = useTowerScene(size, wide);
  const step = useTower((s) => s.step);
  const cut = useTower((s) => s.cut);
  useTowerDrawing(host, scene);
  usePlaying();
  return (
    <div className="tower">
      <div className="host" ref={host} />
      <p className="visually-hidden">{describeTower({ step, cut })}</p>
      {scene === null ? null : children?.(scene)}
    </div>
  );
}
