/** From a mount namespace to the number that its mounts carry. */
import { FIRST_NAMESPACE } from '../vfs/mounts.ts';
import { FIRST } from './namespaces.ts';

export const mountSpace = (id: number): number => (id === FIRST.mnt ? FIRST_NAMESPACE : id);
