/** What `--report` says of containers: what the start cost, and what they took of memory when they took most. */
import { microseconds } from '../../kernel/cgroup/cpu.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { type Footprint, objectBytes, sizeOf } from './footprint.ts';
import type { Container, Runtime } from './runtime.ts';

type Counters = Record<string, number>;
const startOf = (c: Container): number => c.startup.reduce((sum, { units }) => sum + units, 0);

function memory(name: string, of: Footprint): Counters {
  return {
    [`${name}.frames`]: sizeOf(of),
    [`${name}.frames.own`]: of.own,
    [`${name}.frames.cache`]: of.cache,
    [`${name}.frames.cacheShared`]: of.cacheShared,
    [`${name}.frames.tables`]: of.tables,
    [`${name}.objects`]: Object.values(of.objects).reduce((sum, n) => sum + n, 0),
    [`${name}.objects.bytes`]: objectBytes(of),
  };
}

/**
 * `container.*` is the first container, `containers.*` all of them together. Starting costs charged units, which are host
 * instructions of the kernel; a program's own instructions begin after it.
 */
export function containerCounters(k: Kernel, runtime: Runtime, main: Container | undefined): Counters {
  const { containers } = runtime,
    start = containers.reduce((sum, c) => sum + startOf(c), 0);
  const fullest = runtime.fuller();
  return {
    'container.count': containers.length,
    'container.start': main ? startOf(main) : 0,
    'container.start.us': main ? microseconds(k, startOf(main)) : 0,
    ...Object.fromEntries((main?.startup ?? []).map(({ phase, units }) => [`container.start.${phase.replace(' ', '')}`, units])),
    ...(main ? memory('container', runtime.larger(main)) : {}),
    'containers.start': start,
    'containers.start.us': microseconds(k, start),
    ...Object.fromEntries(Object.entries(memory('containers', fullest)).filter(([name]) => !name.endsWith('Shared'))),
    'containers.frames.cacheMapped': fullest.cacheMapped,
  };
}
