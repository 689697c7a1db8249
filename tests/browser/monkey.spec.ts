/**
 * A monkey plays with the page, for who changes it: `STRATA_MONKEY=100-140 npx playwright test -c tests/browser/playwright.config.ts monkey`
 * plays the seeds named. Its hands are seeded, but the page's answers take their own time, so it finds races and does not repeat itself:
 * what it finds becomes a test of its own, and `npm test` does not play. STRATA_MONKEY_SHRINK=30 shortens what breaks a rule in so many
 * tries; STRATA_MONKEY_CASE plays one case as it was printed, STRATA_MONKEY_TALK tells each step.
 */
import { expect, test } from '@playwright/test';
import { caseOf, play, shrink, type Case } from './monkey.ts';

const long = process.env['STRATA_MONKEY'],
  given = process.env['STRATA_MONKEY_CASE'];
const LENGTH = Number(process.env['STRATA_MONKEY_LENGTH'] ?? 40);
const [from = 1, to = from] = (long ?? '1-0').split('-').map(Number);
const seeds = Array.from({ length: to - from + 1 }, (_, i) => from + i);
const cases: readonly Case[] = given === undefined ? seeds.map((seed) => caseOf(seed, LENGTH)) : [JSON.parse(given) as Case];
const words = (why: string): string => why.slice(0, 40);

for (const monkey of cases)
  test(`whatever is done, the page keeps its rules (seed ${monkey.seed})`, async ({ browser }) => {
    test.setTimeout(900_000);
    const once = async (each: Case): Promise<Awaited<ReturnType<typeof play>>> => {
      const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
      try {
        return await play(context, process.env['STRATA_URL']!, each);
      } finally {
        await context.close();
      }
    };
    const broken = await once(monkey);
    if (broken === null) return;
    let shortest: Case = { ...monkey, steps: monkey.steps.slice(0, broken.at + 1) };
    const tries = Number(process.env['STRATA_MONKEY_SHRINK'] ?? 0);
    if (tries > 0) shortest = await shrink(shortest, async (each) => words((await once(each))?.why ?? '') === words(broken.why), tries);
    if (long !== undefined) console.log(`BROKEN seed ${monkey.seed} at ${broken.at}\n${broken.why}\n${JSON.stringify(shortest)}`);
    expect(broken.why, JSON.stringify(shortest)).toBe('');
  });
