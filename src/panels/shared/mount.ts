/**
 * Brings a drawing, the stores and the size of its element together. A picture is redrawn in the page's one frame loop, only when
 * something that it shows has changed; React is not involved after the mount.
 */
import { cancelFrame, eachFrame, nextFrame } from '../../client/frame.ts';
import { PACE, usePosition, useUi } from '../../client/stores.ts';
import type { Drawing } from './dom.ts';
import type { Size } from './text.ts';

export interface Picture<S> {
  readonly host: HTMLElement;
  readonly drawing: Drawing<S>;
  /** The scene now, or null while there is nothing to show. */
  readonly scene: (size: Size) => S | null;
  /** Subscriptions: each calls back when the scene may have changed, and returns how to end it. */
  readonly sources: readonly ((changed: () => void) => () => void)[];
  /** Called with the scenes that are drawn, for the words beside the picture; while the machine runs, now and then. */
  readonly drawn: (scene: S) => void;
  /** Something in it travels during a step, so that it is drawn again while `progress` grows. */
  readonly travels?: boolean;
}

const reducedMotion = (): boolean => typeof matchMedia === 'function' && matchMedia('(prefers-reduced-motion: reduce)').matches;

/** --d-step: how long the one moving thing of a step takes when steps come slowly. */
const STEP_MS = 180;

const measure = (host: HTMLElement): Size => ({ width: Math.floor(host.clientWidth), height: Math.floor(host.clientHeight) });

/** While the machine runs by itself pictures accumulate: each is drawn about twelve times a second, not all in one frame. */
const RUNNING_MS = 70;
let mounted = 0;

/** Returns how to redraw and how to take it all away. */
export function mountPicture<S>(picture: Picture<S>): { redraw: () => void; unmount: () => void } {
  const { host, drawing } = picture;
  // Measured when it changes, not at each drawing: asking for it makes the browser lay out what others have just written.
  // Behind its table a picture has no size; its scene goes on in the one that it had, because the table shows the same data.
  let size = measure(host),
    last = size;
  const pace = RUNNING_MS + 9 * ((mounted += 1) % 5);
  let scene: S | null = null,
    progress = 1,
    quiet = 0,
    drawnAt = -Infinity,
    stopTravel: (() => void) | null = null;
  const draw = () => {
    if (scene !== null) drawing.update(scene, progress);
  };
  const redraw = (now: number) => {
    const running = usePosition.getState().state === 'running';
    if (running && now - drawnAt < pace) {
      ask();
      return;
    }
    drawnAt = now;
    if (last.width < 40) return;
    scene = picture.scene(last);
    if (size.width >= 40) draw();
    quiet = running ? quiet - 1 : 0;
    if (scene !== null && quiet <= 0) {
      quiet = 6;
      picture.drawn(scene);
    }
  };
  const ask = () => nextFrame(redraw);
  /** One step forward that is shown by itself: the traveller goes its way once. */
  const travel = () => {
    stopTravel?.();
    let began = 0;
    progress = reducedMotion() ? 1 : 0;
    if (progress === 1) return;
    stopTravel = eachFrame((now) => {
      began ||= now;
      progress = Math.min(1, (now - began) / STEP_MS);
      draw();
      if (progress === 1) {
        stopTravel?.();
        stopTravel = null;
      }
    });
  };
  const ends = picture.sources.map((source) => source(ask));
  const endSteps = usePosition.subscribe((now, before) => {
    if (now.state !== before.state) ask();
    const slow = useUi.getState().speed * PACE * STEP_MS < 1000;
    if (
      picture.travels === true &&
      now.state === 'paused' &&
      slow &&
      (now.retired > before.retired || (now.retired === before.retired && now.micro > before.micro)) &&
      now.retired - before.retired < 1000
    )
      travel();
  });
  const resized = () => {
    size = measure(host);
    if (size.width >= 40) last = size;
    ask();
  };
  const watcher = typeof ResizeObserver === 'function' ? new ResizeObserver(resized) : null;
  watcher?.observe(host);
  redraw(0);
  return {
    redraw: ask,
    unmount: () => {
      cancelFrame(redraw);
      stopTravel?.();
      endSteps();
      for (const end of ends) end();
      watcher?.disconnect();
      drawing.destroy();
    },
  };
}
