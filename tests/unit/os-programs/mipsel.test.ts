/** Busybox for MIPS at the ISA level, as qemu runs it: every third line here, all of them by survey.mjs. */
import { agrees } from './agrees.ts';

agrees('busybox-mipsel', 3);
agrees('applets-mipsel', 3);
