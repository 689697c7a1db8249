/**
 * Who may import whom (the table in docs/ARCHITECTURE.md), no import cycles, and determinism: nothing that the worker
 * stands on reaches for a clock, randomness, the DOM, Intl or transcendental Math.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '../../../src');

const LEVELS = ['levels/isa', 'levels/hardware', 'levels/os', 'levels/library', 'levels/application', 'levels/native'];

/** Room → rooms it may import. Every room may import bits and itself. */
const ALLOWED: Record<string, readonly string[]> = {
  bits: [],
  isa: [],
  formats: [],
  translate: ['isa'],
  machine: ['translate', 'isa'],
  kernel: ['machine', 'formats', 'isa'],
  levels: ['levels/*', 'kernel', 'machine', 'formats'],
  ...Object.fromEntries(LEVELS.map((level) => [level, ['levels', 'kernel', 'machine', 'translate', 'isa', 'formats', 'protocol']])),
  protocol: [],
  lab: ['levels', 'kernel', 'machine', 'translate', 'isa', 'formats', 'protocol'],
  worker: ['lab', 'protocol'],
  cli: ['lab', 'levels', 'kernel', 'machine', 'translate', 'isa', 'formats', 'protocol'],
  client: ['protocol'],
  ui: [],
  lessons: ['protocol'],
  panels: ['protocol', 'isa', 'client', 'ui'],
  pages: ['panels', 'client', 'ui', 'lessons', 'protocol'],
};

/** Debts: imports that break the table, each to be paid. Only ever fewer. */
const DEBTS: readonly string[] = [];

interface Import {
  readonly from: string;
  readonly to: string;
  readonly typeOnly: boolean;
}

const files = readdirSync(root, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
  .map((entry) => relative(root, resolve(entry.parentPath, entry.name)));

const IMPORT = /^\s*(import|export)\s+(type\s+)?[^;'"]*?from\s+['"](\.[^'"]+)['"]|^\s*import\s+['"](\.[^'"]+)['"]/gm;
const DYNAMIC = /import\(\s*['"](\.[^'"]+)['"]\s*\)/g;

function importsOf(file: string): Import[] {
  const text = readFileSync(resolve(root, file), 'utf8');
  const target = (path: string): string => relative(root, resolve(root, dirname(file), path.replace(/\?.*$/, '')));
  const found = [...text.matchAll(IMPORT)].map((m) => ({ from: file, to: target((m[3] ?? m[4])!), typeOnly: m[2] !== undefined }));
  return [...found, ...[...text.matchAll(DYNAMIC)].map((m) => ({ from: file, to: target(m[1]!), typeOnly: true }))];
}

const imports = files.flatMap(importsOf);

function room(file: string): string {
  const level = LEVELS.find((name) => file.startsWith(`${name}/`));
  return level ?? file.split('/')[0]!;
}

function allowed({ from, to }: Import): boolean {
  const a = room(from),
    b = room(to);
  if (a === b || b === 'bits' || !to.includes('/')) return true;
  // main.tsx, the page's entry, stands above all rooms.
  if (!from.includes('/')) return true;
  const rules = ALLOWED[a] ?? [];
  return (
    rules.includes(b) ||
    (rules.includes('levels/*') && ['levels/registry.ts', 'levels/loading.ts'].includes(from) && b.startsWith('levels/'))
  );
}

describe('rooms', () => {
  it('found the source', () => expect(files.length).toBeGreaterThan(10));

  it('import only what the table allows', () => {
    const broken = imports.filter((i) => !allowed(i)).map((i) => `${i.from} -> ${i.to}`);
    expect(broken.filter((line) => !DEBTS.includes(line))).toEqual([]);
    expect(
      DEBTS.filter((line) => !broken.includes(line)),
      'debts that are paid: remove them',
    ).toEqual([]);
  });

  it('panels keep layout, drawing and shell apart', () => {
    const of = (name: string): Import[] => imports.filter((i) => i.from.startsWith('panels/') && i.from.endsWith(name));
    expect(of('/layout.ts').filter((i) => ['client', 'ui'].includes(room(i.to)) && !i.typeOnly)).toEqual([]);
    expect(of('/draw.ts').filter((i) => room(i.to) === 'client')).toEqual([]);
  });

  it('have no cycle among value imports', () => {
    const graph = new Map<string, string[]>();
    for (const i of imports) if (!i.typeOnly) graph.set(i.from, [...(graph.get(i.from) ?? []), i.to]);
    const done = new Set<string>();
    const cycles: string[] = [];
    const visit = (file: string, path: readonly string[]): void => {
      if (path.includes(file)) {
        cycles.push([...path.slice(path.indexOf(file)), file].join(' -> '));
        return;
      }
      if (done.has(file)) return;
      for (const next of graph.get(file) ?? []) visit(next, [...path, file]);
      done.add(file);
    };
    for (const file of files) visit(file, []);
    expect(cycles).toEqual([]);
  });
});

const BELOW_WORKER = ['bits', 'isa', 'formats', 'translate', 'machine', 'kernel', 'levels', 'lab', 'protocol'];
const FORBIDDEN: readonly [string, RegExp][] = [
  ['a clock', /\bDate\b\s*[.(]|new Date\b|performance\.now|setTimeout|setInterval|requestAnimationFrame/],
  ['randomness', /Math\.random|crypto\./],
  [
    'the DOM or a host API',
    /\b(document|window|navigator|localStorage|Buffer)\.[a-z]|\bprocess\.(exit\(|hrtime|stdin|stdout|memoryUsage|binding)|from 'node:/,
  ],
  ['Intl', /\bIntl\b|toLocale|localeCompare/],
  [
    'transcendental Math',
    /Math\.(sin|cos|tan|asin|acos|atan|atan2|sinh|cosh|tanh|asinh|acosh|atanh|exp|expm1|log|log2|log10|log1p|pow|cbrt|hypot)\b/,
  ],
  ['generated code', /new Function\b|\beval\(/],
];

const withoutComments = (text: string): string => text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|\s)\/\/.*$/gm, '$1');

describe('determinism below the worker', () => {
  const engine = files.filter((file) => BELOW_WORKER.includes(file.split('/')[0]!));
  for (const [what, pattern] of FORBIDDEN) {
    it(`uses no ${what.replace(/^an? /, '')}`, () => {
      const found = engine.filter((file) => pattern.test(withoutComments(readFileSync(resolve(root, file), 'utf8'))));
      expect(found).toEqual([]);
    });
  }
});
