/** System V IPC by number: ipc(2), which holds all of them, and the calls of their own since Linux 5.1. */
import type { Plain } from '../../bits/plain.ts';
import { fail } from '../errno.ts';
import type { Kernel } from '../kernel.ts';
import { call, type Family } from '../syscall.ts';
import { readTimespec32, readTimespec64, sleepUntil } from '../sys/time.ts';
import type { Process } from '../task.ts';
import { read32, write32 } from '../user.ts';
import type { Format } from './layouts.ts';
import { msgctl, msgget, msgrcv, msgsnd } from './msg.ts';
import { semctl, semget, semop } from './sem.ts';
import { shmat, shmctl, shmdt, shmget } from './shm.ts';

/** In a command of ...ctl: the structures are the present ones (ipc_parse_version). */
const IPC_64 = 0x100;

interface IpcArguments {
  readonly first: number;
  readonly second: number;
  readonly third: number;
  readonly pointer: number;
  readonly fifth: number;
}

const until32 = (k: Kernel, p: Process, at: number) => (): number | null => (at === 0 ? null : sleepUntil(k, readTimespec32(k, p, at)));
const until64 = (k: Kernel, p: Process, at: number) => (): number | null => (at === 0 ? null : sleepUntil(k, readTimespec64(k, p, at)));

/** The multiplexer (ipc/syscall.c). The upper half of `what` is the version of the caller's convention. */
function ipc(k: Kernel, p: Process, what: number, a: IpcArguments, memory: Plain): number {
  const { first, second, third, pointer, fifth } = a,
    version = what >>> 16;
  const formatOf = (command: number): Format => (command & IPC_64 ? 'now' : 'old');
  switch (what & 0xffff) {
    case 1:
      return semop(k, p, { id: first, at: pointer, count: second, until: () => null }, memory);
    case 2:
      return semget(k, p, first, second, third);
    case 3: {
      if (pointer === 0) fail('EINVAL');
      return semctl(k, p, first, second, third & ~IPC_64, read32(k, p, pointer), formatOf(third));
    }
    case 4:
      return semop(k, p, { id: first, at: pointer, count: second, until: until32(k, p, fifth) }, memory);
    case 11:
      return msgsnd(k, p, first, pointer, second, third, memory);
    case 12: {
      if (version !== 0) return msgrcv(k, p, { id: first, at: pointer, size: second, type: fifth, flags: third }, memory);
      // The first convention had one pointer too few: it leads to buffer and type (struct ipc_kludge).
      if (pointer === 0) fail('EINVAL');
      const [at, type] = [read32(k, p, pointer), read32(k, p, pointer + 4)];
      return msgrcv(k, p, { id: first, at, size: second, type, flags: third }, memory);
    }
    case 13:
      return msgget(k, p, first, second);
    case 14:
      return msgctl(k, p, first, second & ~IPC_64, pointer, formatOf(second));
    case 21: {
      if (version === 1) fail('EINVAL');
      write32(k, p, third, shmat(k, p, first, pointer, second));
      return 0;
    }
    case 22:
      return shmdt(k, p, pointer);
    case 23:
      return shmget(k, p, first, second, third);
    case 24:
      return shmctl(k, p, first, second & ~IPC_64, pointer, formatOf(second));
    default:
      return fail('ENOSYS');
  }
}

export const IPC_CALLS: Family = {
  117: call('ipc', 'uint int int int ptr int', (k, p, [what, first, second, third, pointer, fifth], memory) =>
    ipc(k, p, what!, { first: first!, second: second!, third: third!, pointer: pointer!, fifth: fifth! }, memory),
  ),
  393: call('semget', 'int int octal', (k, p, [key, count, flags]) => semget(k, p, key!, count!, flags!)),
  394: call('semctl', 'int int int ptr', (k, p, [id, index, command, argument]) => semctl(k, p, id!, index!, command!, argument!, 'now')),
  395: call('shmget', 'int size octal', (k, p, [key, size, flags]) => shmget(k, p, key!, size!, flags!)),
  396: call('shmctl', 'int int ptr', (k, p, [id, command, at]) => shmctl(k, p, id!, command!, at!, 'now')),
  397: call('shmat', 'int ptr octal', (k, p, [id, address, flags]) => shmat(k, p, id!, address!, flags!)),
  398: call('shmdt', 'ptr', (k, p, [address]) => shmdt(k, p, address!)),
  399: call('msgget', 'int octal', (k, p, [key, flags]) => msgget(k, p, key!, flags!)),
  400: call('msgsnd', 'int ptr size octal', (k, p, [id, at, size, flags], memory) => msgsnd(k, p, id!, at!, size!, flags!, memory)),
  401: call('msgrcv', 'int ptr size int octal', (k, p, [id, at, size, type, flags], memory) =>
    msgrcv(k, p, { id: id!, at: at!, size: size!, type: type!, flags: flags! }, memory),
  ),
  402: call('msgctl', 'int int ptr', (k, p, [id, command, at]) => msgctl(k, p, id!, command!, at!, 'now')),
  420: call('semtimedop', 'int ptr size ptr', (k, p, [id, at, count, timeout], memory) =>
    semop(k, p, { id: id!, at: at!, count: count!, until: until64(k, p, timeout!) }, memory),
  ),
};
