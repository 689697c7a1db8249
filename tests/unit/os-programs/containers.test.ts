/** Busybox as recorded on real Linux: namespaces, mounts, overlays and control groups. */
import { agrees } from './agrees.ts';

agrees('containers');
