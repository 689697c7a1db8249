/** `npm test`: everything, from a fresh clone. The last line counts. */
import { browser, build, finish, format, lint, types, unit } from './steps.mjs';

format();
lint();
types();
unit();
build();
browser();
finish();
