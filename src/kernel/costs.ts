/**
 * What a service of the host kernel costs, in host instructions. The kernel is written in TypeScript, so its work is charged:
 * the sum over the operations that it really performed, times these weights (DESIGN section 3).
 *
 * sourced: read off a source. calibrated: counted on equivalent code on this machine. assumed: an estimate, to be replaced.
 */
export interface Weight {
  readonly units: number;
  readonly mark: 'sourced' | 'calibrated' | 'assumed';
  readonly why: string;
}

const weight = (units: number, mark: Weight['mark'], why: string): Weight => ({ units, mark, why });

export const KERNEL_COSTS = {
  syscall: weight(90, 'assumed', 'entry through the IDT, saving and restoring registers, bounds check, call through the table, IRET'),
  trap: weight(110, 'assumed', 'entry and exit of an exception, reading CR2 and the error code'),
  'copy.word': weight(1, 'sourced', 'one iteration of REP MOVSD between user and kernel memory; a REP iteration retires one'),
  'copy.start': weight(20, 'assumed', 'access_ok, set-up and fix-up of one copy'),
  'page.zero': weight(1024, 'sourced', '1024 iterations of REP STOSD'),
  'page.copy': weight(1024, 'sourced', '1024 iterations of REP MOVSD'),
  'frame.allocate': weight(60, 'assumed', 'taking a frame from the free list'),
  'frame.free': weight(40, 'assumed', 'giving a frame back'),
  'pagetable.entry': weight(15, 'assumed', 'writing one page-table entry, with the walk to it'),
  'vma.find': weight(25, 'assumed', 'looking a region up by address'),
  'vma.change': weight(150, 'assumed', 'inserting, splitting or removing one region'),
  'path.component': weight(80, 'assumed', 'hashing one name and finding it in the directory cache, with the permission check'),
  'inode.change': weight(200, 'assumed', 'creating or removing one inode or directory entry'),
  'file.operation': weight(60, 'assumed', 'from descriptor to file, position and permission check'),
  'file.page': weight(70, 'assumed', 'finding one page of a file in the page cache'),
  'directory.entry': weight(40, 'assumed', 'formatting one directory entry'),
  'text.byte': weight(4, 'assumed', 'formatting one byte of a /proc file'),
  'random.word': weight(20, 'assumed', 'four bytes from the random generator'),
  clock: weight(40, 'assumed', 'reading the clock and converting it'),
  signal: weight(250, 'assumed', 'queueing and delivering one signal'),
  'seccomp.step': weight(3, 'assumed', 'one instruction of a filter, translated to machine code'),
  schedule: weight(120, 'assumed', 'choosing the next process'),
  switch: weight(180, 'assumed', 'saving and loading registers, CR3, TLS descriptors'),
  'socket.packet': weight(400, 'assumed', 'one passage through the protocol code of a local socket'),
  'ipc.find': weight(80, 'assumed', 'the table of the ipc namespace, the object by id, its lock and permission check'),
  'ipc.create': weight(700, 'assumed', 'allocating one segment, set of semaphores or queue and giving it an id'),
  'sem.operation': weight(30, 'assumed', 'one operation of semop tried on its semaphore'),
  'task.create': weight(4000, 'assumed', 'task structure, descriptor table, address space'),
  'task.exit': weight(2000, 'assumed', 'closing files, freeing the address space, telling the parent'),
  'task.exec': weight(6000, 'assumed', 'opening and checking the file, a new address space, dropping the old one'),
  'exec.segment': weight(400, 'assumed', 'checking and mapping one segment of an executable'),
} as const satisfies Record<string, Weight>;

export type KernelCost = keyof typeof KERNEL_COSTS;
