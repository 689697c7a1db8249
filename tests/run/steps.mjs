/** Runs commands one after another and counts what passed, for `npm test` and `npm run check`. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url));
const bin = (name) => `${root}node_modules/.bin/${name}`;
export const totals = { passed: 0, failed: 0, skipped: 0 };

/** A command that is one check: passed when it ends with 0. */
export function check(title, command, args) {
  const started = process.hrtime.bigint();
  const { status } = spawnSync(bin(command), args, { cwd: root, stdio: 'inherit' });
  report(title, status === 0 ? 1 : 0, status === 0 ? 0 : 1, 0, started);
}

/** Vitest or Playwright with a JSON report, of which every test counts. */
export function suite(title, command, args, env, count) {
  const started = process.hrtime.bigint();
  const file = `${root}node_modules/.cache/strata-${title.replaceAll(' ', '-')}.json`;
  mkdirSync(`${root}node_modules/.cache`, { recursive: true });
  rmSync(file, { force: true });
  const { status } = spawnSync(bin(command), args(file), { cwd: root, stdio: 'inherit', env: { ...process.env, ...env(file) } });
  const counts = existsSync(file) ? count(JSON.parse(readFileSync(file, 'utf8'))) : { passed: 0, failed: 1, skipped: 0 };
  if (status !== 0 && counts.failed === 0) counts.failed = 1;
  report(title, counts.passed, counts.failed, counts.skipped, started);
}

function report(title, passed, failed, skipped, started) {
  totals.passed += passed;
  totals.failed += failed;
  totals.skipped += skipped;
  const seconds = Number(process.hrtime.bigint() - started) / 1e9;
  process.stdout.write(
    `${failed === 0 ? 'ok  ' : 'FAIL'} ${title}: ${passed} passed, ${failed} failed${skipped ? `, ${skipped} skipped` : ''} (${seconds.toFixed(1)} s)\n`,
  );
}

export function finish() {
  process.stdout.write(`${totals.passed} passed, ${totals.failed} failed${totals.skipped ? `, ${totals.skipped} skipped` : ''}\n`);
  process.exit(totals.failed === 0 ? 0 : 1);
}

export const format = () => check('format', 'prettier', ['--check', '--log-level', 'warn', '.']);
export const lint = () => check('lint', 'oxlint', ['--deny-warnings', 'src', 'tests']);
export const types = () => {
  check('types', 'tsc', ['-p', 'tsconfig.json']);
  check('types of the engine, without DOM', 'tsc', ['-p', 'src/tsconfig.engine.json']);
};
export const unit = () =>
  suite(
    'unit tests',
    'vitest',
    (file) => ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${file}`],
    () => ({}),
    (json) => ({
      passed: json.numPassedTests,
      failed: json.numFailedTests + (json.numFailedTestSuites > 0 && json.numFailedTests === 0 ? 1 : 0),
      skipped: json.numPendingTests ?? 0,
    }),
  );
export const build = () => check('build', 'vite', ['build', '--logLevel', 'warn']);
const playwright = (title, args) =>
  suite(
    title,
    'playwright',
    () => ['test', '-c', 'tests/browser/playwright.config.ts', '--reporter=list,json', ...args],
    (file) => ({ PLAYWRIGHT_JSON_OUTPUT_NAME: file }),
    (json) => ({
      passed: json.stats.expected,
      failed: json.stats.unexpected + json.stats.flaky,
      skipped: json.stats.skipped,
    }),
  );
/** What measures time runs alone; the others two at a time. */
export const browser = () => {
  playwright('budgets in the browser', ['budget.spec.ts']);
  playwright('browser tests', ['--workers=2', '--grep-invert', 'budget\\.spec']);
};
