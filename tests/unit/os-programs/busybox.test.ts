/** Busybox as recorded on real Linux: its shell and applets. */
import { agrees } from './agrees.ts';

agrees('busybox');
