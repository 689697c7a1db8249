/** /proc/sysvipc/{shm,sem,msg} as the reader's namespace has them (sysvipc_*_proc_show of ipc/{shm,sem,msg}.c on 32 bits). */
import { PAGE } from '../frames.ts';
import type { Kernel } from '../kernel.ts';
import { FIRST } from '../ns/namespaces.ts';
import { seenGid, seenUid } from '../ns/usermap.ts';
import type { Process } from '../task.ts';
import { seenPid } from './access.ts';
import { idOf, type IpcObject, type PidRecord } from './types.ts';

const HEADERS = {
  shm: '       key      shmid perms       size  cpid  lpid nattch   uid   gid  cuid  cgid      atime      dtime      ctime        rss       swap',
  sem: '       key      semid perms      nsems   uid   gid  cuid  cgid      otime      ctime',
  msg: '       key      msqid perms      cbytes       qnum lspid lrpid   uid   gid  cuid  cgid      stime      rtime      ctime',
} as const;

/** `viewer` null is the machine itself. */
export function sysvipcText(k: Kernel, viewer: Process | null, kind: keyof typeof HEADERS): string {
  const world = k.ipc.known(viewer ? k.ns.idOf(viewer, 'ipc') : FIRST.ipc);
  const ten = (...numbers: number[]): string => numbers.map((n) => String(n).padStart(10)).join(' '),
    five = (...numbers: number[]): string => numbers.map((n) => String(n).padStart(5)).join(' ');
  const pid = (record: PidRecord): number => (viewer ? seenPid(k, viewer, record) : record.pid);
  const uid = (id: number): number => (viewer ? seenUid(viewer.credentials, id) : id),
    gid = (id: number): number => (viewer ? seenGid(viewer.credentials, id) : id);
  const front = (o: IpcObject): string => `${ten(o.perm.key, idOf(o))}  ${o.perm.mode.toString(8).padStart(4)}`;
  const owners = ({ perm }: IpcObject): string => five(uid(perm.uid), gid(perm.gid), uid(perm.cuid), gid(perm.cgid));
  const rows = {
    shm: () =>
      world?.segments.all().map((s) => {
        const use = `${five(pid(s.cpid), pid(s.lpid))}  ${five(k.ipc.attached(s), uid(s.perm.uid), gid(s.perm.gid), uid(s.perm.cuid), gid(s.perm.cgid))}`;
        return `${front(s)} ${ten(s.size)} ${use} ${ten(s.atime, s.dtime, s.ctime, k.shared.count(s.node) * PAGE, 0)}`;
      }),
    sem: () => world?.semaphores.all().map((s) => `${front(s)} ${ten(s.semaphores.length)} ${owners(s)} ${ten(s.otime, s.ctime)}`),
    msg: () =>
      world?.queues.all().map((q) => {
        const use = `${ten(q.bytes, q.messages.length)} ${five(pid(q.lspid), pid(q.lrpid))}`;
        return `${front(q)}  ${use} ${owners(q)} ${ten(q.stime, q.rtime, q.ctime)}`;
      }),
  };
  return [HEADERS[kind], ...(rows[kind]() ?? [])].map((line) => `${line}\n`).join('');
}
