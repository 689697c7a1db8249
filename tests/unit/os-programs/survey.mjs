/** Bundles survey.ts and runs it. */
import { rmSync } from 'node:fs';
import { bundle } from './bundle.mjs';

const survey = await bundle('survey.ts');
await import(survey);
rmSync(survey);
