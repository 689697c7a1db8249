/**
 * The timeline: when things happened, what each stretch of time went into, and now. Drag, click or use the keys of a slider to move
 * in time; its table twin lists the events, each with a way to go there.
 */
import { useMemo, useRef, type KeyboardEvent, type ReactNode } from 'react';
import { seekRetired } from '../../client/actions.ts';
import { useDrawing } from '../../client/drawing.ts';
import { endScrub, scrubTo, useScrub } from '../../client/scrub.ts';
import { step, toEnd, toStart } from '../../client/playback.ts';
import { usePosition, useSession } from '../../client/stores.ts';
import { useView } from '../../client/views.ts';
import type { TimelineView } from '../../protocol/views.ts';
import { categoryOrder } from '../../ui/categories.ts';
import { usePanels, toggleTable } from '../../ui/PanelShell.tsx';
import { useSize } from '../../ui/useSize.ts';
import { createTimeline } from './draw.ts';
import { describeTimeline, grouped, layoutTimeline, type TimelineScene } from './layout.ts';
import './timeline.css';

const EMPTY: TimelineView = { end: 0, complete: false, markers: [], hidden: 0, strip: [], phases: [] };
const callbacks = {
  onScrub: scrubTo,
  onScrubEnd: () => {
    void endScrub();
  },
  onMarker: (retired: number) => {
    void seekRetired(retired);
  },
};

/** How often the picture is laid out anew while the machine runs; the line of now moves in every frame all the same. */
const CALM_MS = 250;

interface Known {
  readonly view: TimelineView;
  readonly knownTime: number;
}

/** What is known of the run; while the machine runs, anew at most every CALM_MS. */
function useKnown(running: boolean): Known {
  const view = useView('timeline') ?? EMPTY;
  const knownTime = usePosition((p) => p.knownTime);
  const held = useRef({ view, knownTime, at: 0 });
  const now = performance.now();
  const stale = held.current.view !== view || held.current.knownTime !== knownTime;
  if (stale && (!running || now - held.current.at >= CALM_MS)) held.current = { view, knownTime, at: now };
  return held.current;
}

const xOf = ({ left, right, start, end }: TimelineScene, time: number): number =>
  left + (Math.max(0, Math.min(time, end) - start) / (end - start)) * (right - left);

export function TimelinePanel({ compact = false }: { readonly compact?: boolean }): ReactNode {
  const host = useRef<HTMLDivElement>(null);
  const size = useSize(host);
  const running = usePosition((p) => p.state === 'running');
  const { view, knownTime } = useKnown(running);
  const time = usePosition((p) => p.time);
  const wanted = useScrub((s) => s.wanted);
  const kinds = useSession((s) => s.opened?.eventKinds);
  const shapes = useMemo(() => Object.fromEntries((kinds ?? []).map((k) => [k.kind, k.marker])), [kinds]);
  const labels = useMemo(() => Object.fromEntries((kinds ?? []).map((k) => [k.kind, k.label])), [kinds]);
  const now = wanted ?? time;
  // Everything but the playhead is laid out only when it changes.
  const still = useMemo(
    () => (size.width < 10 ? null : layoutTimeline({ view, now: 0, knownTime, shapes, order: categoryOrder }, size, compact)),
    [view, knownTime, shapes, size, compact],
  );
  const scene = useMemo<TimelineScene | null>(() => still && { ...still, nowTime: now, now: xOf(still, now) }, [still, now]);
  useDrawing(host, (element) => createTimeline(element, callbacks), scene);
  const asTable = usePanels((s) => s.tables['timeline'] === true);
  return (
    <section
      className="timeline"
      aria-label="Timeline"
      data-panel="timeline"
      onFocusCapture={() => usePanels.setState({ last: 'timeline' })}
    >
      <div className="host" ref={host} hidden={asTable} />
      <input
        className="playhead"
        type="range"
        aria-label="Now, in host time"
        min={Math.round(scene?.start ?? 0)}
        max={Math.round(scene?.end ?? 1)}
        step={1}
        value={Math.round(now)}
        aria-valuetext={`${grouped(now)} of ${grouped(scene?.end ?? 0)}`}
        onKeyDown={onPlayheadKey}
        onChange={(e) => {
          scrubTo(Number(e.target.value));
          void endScrub();
        }}
      />
      {scene === null || running ? null : <p className="visually-hidden">{describeTimeline(scene, labels)}</p>}
      {asTable ? <EventList view={view} labels={labels} now={now} /> : null}
      {compact ? null : (
        <div className="tl-tools">
          <button type="button" aria-label="Timeline: as a table (T)" aria-pressed={asTable} onClick={() => toggleTable('timeline')}>
            ≡
          </button>
        </div>
      )}
    </section>
  );
}

/** The arrows of the playhead step in the chosen grain, as everywhere; page keys move by a twentieth of the run. */
function onPlayheadKey(event: KeyboardEvent): void {
  const { time, knownTime } = usePosition.getState();
  const page = Math.max(1, Math.round(knownTime / 20));
  const moves: Record<string, () => unknown> = {
    ArrowRight: () => step(1),
    ArrowUp: () => step(1),
    ArrowLeft: () => step(-1),
    ArrowDown: () => step(-1),
    Home: toStart,
    End: toEnd,
    PageUp: () => {
      scrubTo(Math.min(knownTime, time + page));
      void endScrub();
    },
    PageDown: () => {
      scrubTo(time - page);
      void endScrub();
    },
  };
  const move = moves[event.key];
  if (move === undefined || event.shiftKey) return;
  event.preventDefault();
  move();
}

const ROWS = 300;
function EventList({
  view,
  labels,
  now,
}: {
  readonly view: TimelineView;
  readonly labels: Readonly<Record<string, string>>;
  readonly now: number;
}): ReactNode {
  const at = view.markers.findLast((m) => m.time <= now)?.id;
  const hidden = view.hidden + Math.max(0, view.markers.length - ROWS);
  return (
    <div className="list" tabIndex={0} role="group" aria-label="Timeline, table">
      <table>
        <caption className="visually-hidden">Events of the run, in order of time</caption>
        <thead>
          <tr>
            <th scope="col">host time</th>
            <th scope="col">event</th>
            <th scope="col">what</th>
            <th scope="col">
              <span className="visually-hidden">go there</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {view.markers.slice(0, ROWS).map((m) => (
            <tr key={m.id} aria-current={m.id === at}>
              <td>{grouped(m.time)}</td>
              <td>{labels[m.kind] ?? m.kind}</td>
              <td>{m.label}</td>
              <td className="r">
                <button
                  type="button"
                  onClick={() => {
                    void seekRetired(m.retired);
                  }}
                >
                  Go
                  <span className="visually-hidden">
                    {' '}
                    to {m.label} at {grouped(m.time)}
                  </span>
                </button>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {hidden > 0 ? <p className="sub">{grouped(hidden)} more events are in the exported trace.</p> : null}
    </div>
  );
}
