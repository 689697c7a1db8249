/** Begins the lecture of the lab that is open. Apart from cues.ts, so that a lab loads scenes when they are first asked for. */
export function startPresenting(): void {
  void import('./cues.ts').then(({ startPresenting }) => startPresenting());
}
