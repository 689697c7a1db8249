/** Loading this module provides the assembler. */
import { assemble } from '../isa/mips/assemble.ts';
import { toElf } from '../isa/mips/image.ts';
import { ASSEMBLER } from './source.ts';

ASSEMBLER.provide({ assemble, toElf });
