/** Busybox as recorded on real Linux: applets on lines written for breadth. */
import { agrees } from './agrees.ts';

agrees('applets');
