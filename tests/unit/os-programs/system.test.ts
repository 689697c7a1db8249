/** Busybox as recorded on real Linux: the network, /proc, /sys, roots and control groups on lines written for breadth. */
import { agrees } from './agrees.ts';

agrees('system');
