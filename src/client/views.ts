/**
 * The views that the worker sends, by name, and the list of those that are on show. A panel that mounts asks for its view; the
 * worker computes only what somebody watches. `useView` is for text; pictures use `onView` and draw in the frame loop.
 */
import { useEffect } from 'react';
import { create } from 'zustand';
import type { ViewName, Views } from '../protocol/views.ts';

export type ViewParameters = { readonly [key: string]: number | string | boolean | null };
type Watched = { readonly [N in ViewName]?: ViewParameters };

export const useViews = create<Partial<Views>>(() => ({}));

interface Watcher {
  readonly name: ViewName;
  readonly params: ViewParameters;
}
const watchers = new Set<Watcher>();
let sent = '';
let pending = false;
let send: (views: Watched) => void = () => {};

/** Set by connect.ts: where the list of watched views goes. */
export function setWatchSender(sender: (views: Watched) => void): void {
  send = sender;
  sent = '';
}

function watched(): Watched {
  const list: { [N in ViewName]?: ViewParameters } = {};
  for (const { name, params } of watchers) list[name] = { ...list[name], ...params };
  return list;
}

/** Sends the list again, for example to a new worker. */
export function flushWatch(force = false): void {
  const list = watched();
  const text = JSON.stringify(list);
  if (!force && text === sent) return;
  sent = text;
  send(list);
}

function schedule(): void {
  if (pending) return;
  pending = true;
  queueMicrotask(() => {
    pending = false;
    flushWatch();
  });
}

/** Asks for a view until the returned function is called. Later parameters of the same view win. */
export function watchView(name: ViewName, params: ViewParameters = {}): () => void {
  const watcher: Watcher = { name, params };
  watchers.add(watcher);
  schedule();
  return () => {
    watchers.delete(watcher);
    schedule();
  };
}

/** Takes in what the worker sent. */
export function receiveViews(views: Partial<Views>): void {
  useViews.setState(views);
}

/** Forgets all views: another program was opened. */
export function clearViews(): void {
  useViews.setState({}, true);
}

/** Watches a view and returns its latest value, null until the first one. */
export function useView<N extends ViewName>(name: N, params: ViewParameters = {}): Views[N] | null {
  const key = JSON.stringify(params);
  useEffect(() => watchView(name, JSON.parse(key) as ViewParameters), [name, key]);
  return useViews((views) => views[name] ?? null) as Views[N] | null;
}

/** The latest value, without watching. */
export function readView<N extends ViewName>(name: N): Views[N] | null {
  return useViews.getState()[name] ?? null;
}

/** Calls `take` with the view now and whenever it changes. Does not watch: pair it with `watchView` or `useView`. */
export function onView<N extends ViewName>(name: N, take: (view: Views[N]) => void): () => void {
  const now = readView(name);
  if (now !== null) take(now);
  return useViews.subscribe((views, before) => {
    const view = views[name];
    if (view !== undefined && view !== before[name]) take(view as Views[N]);
  });
}
