/** Loading this module gives the lab its assembler. Apart, so that a page which only opens programs need not load it. */
import { assemble } from '../isa/mips/assemble.ts';
import { toElf } from '../isa/mips/image.ts';
import { provideAssembler } from './source.ts';

provideAssembler({ assemble, toElf });
