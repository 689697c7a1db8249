/** `npm run check`: what is fast enough to run all the time. Import rules are among the unit tests. */
import { finish, format, lint, types, unit } from './steps.mjs';

format();
lint();
types();
unit();
finish();
