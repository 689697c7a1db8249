/**
 * The timeline as data: markers from events, the ledger strip and the phases from samples. Pure.
 */
import type { Level } from '../levels/level.ts';
import { CATEGORIES } from '../machine/types.ts';
import type { Marker, TimelineView } from '../protocol/views.ts';
import { thinned, type EventLog, type Numbered } from './events.ts';
import type { Sample } from './history.ts';

const STRIP_SEGMENTS = 160;
const MARKERS = 160;
/** A phase narrower than this share of the run is not named. */
const NARROWEST_PHASE = 0.08;

export function timelineView(level: Level, samples: readonly Sample[], events: EventLog, complete = false): TimelineView {
  const end = samples.at(-1)?.time ?? 0;
  const strip = stripOf(samples, end);
  const { markers, hidden } = markersOf(level, events, end);
  return { end, complete, markers, hidden, strip, phases: phasesOf(level, strip, end) };
}

function stripOf(samples: readonly Sample[], end: number): TimelineView['strip'] {
  const segments: TimelineView['strip'][number][] = [];
  const width = end / STRIP_SEGMENTS;
  let from = samples[0];
  for (const sample of samples) {
    if (!from || (sample.time - from.time < width && sample !== samples.at(-1))) continue;
    if (sample.time > from.time) segments.push({ from: from.time, to: sample.time, shares: sharesOf(from, sample) });
    from = sample;
  }
  return segments;
}

function sharesOf(from: Sample, to: Sample): Record<string, number> {
  const shares: Record<string, number> = {};
  const units = to.time - from.time;
  CATEGORIES.forEach((category, i) => {
    const spent = to.categories[i]! - from.categories[i]!;
    if (spent > 0) shares[category] = Math.round((spent / units) * 1000) / 1000;
  });
  return shares;
}

function phasesOf(level: Level, strip: TimelineView['strip'], end: number): TimelineView['phases'] {
  if (!level.phaseOf) return [];
  const phases: { from: number; to: number; label: string }[] = [];
  for (const { from, to, shares } of strip) {
    const label = level.phaseOf(shares);
    const last = phases.at(-1);
    if (last && (last.label === label || label === '')) last.to = to;
    else phases.push({ from, to, label });
  }
  return phases.filter((phase) => phase.label !== '' && phase.to - phase.from >= NARROWEST_PHASE * end);
}

/** All events when they are few; else those that are rarest in kind and spread evenly. */
function markersOf(level: Level, events: EventLog, end: number): { markers: Marker[]; hidden: number } {
  const kinds = level.events.map(({ kind }) => kind).filter((kind) => events.total(kind) > 0);
  const total = kinds.reduce((sum, kind) => sum + events.total(kind), 0);
  const shown = kinds.map((kind) => events.shown(kind));
  const share = Math.max(4, Math.floor(MARKERS / shown.length));
  const kept = shown.flatMap((list) => (total <= MARKERS || list.length <= share ? list : thinned(list, end / share)));
  kept.sort((a, b) => a.event.time - b.event.time || a.id - b.id);
  return { markers: kept.map((one) => markerOf(level, one)), hidden: total - kept.length };
}

function markerOf(level: Level, { id, event }: Numbered): Marker {
  const own = event.data['label'];
  const label = typeof own === 'string' ? own : (level.events.find(({ kind }) => kind === event.kind)?.label ?? event.kind);
  return { id, kind: event.kind, label, time: event.time, retired: event.retired };
}
