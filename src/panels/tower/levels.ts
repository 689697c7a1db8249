/**
 * The five levels and the strata between them, in words. Systems are those that the book's Figure 3.2 names at each level; notes say
 * where the figure or the text is odd. `lab` is the address of the level's lab once it is built.
 */
export interface LevelWords {
  readonly n: 1 | 2 | 3 | 4 | 5;
  readonly id: string;
  readonly title: string;
  readonly short: string;
  /** The interface that is cut. */
  readonly cut: string;
  readonly systems: string;
  /** Footnotes on the systems. */
  readonly notes: readonly string[];
  readonly asks: string;
  readonly asksMeans: string;
  readonly gets: string;
  readonly getsMeans: string;
  /** What the layer is called when it answers here. */
  readonly layer: string;
  /** Word of the request at this cut, for the little timeline. */
  readonly word: string;
  readonly lab: string | null;
}

export const LEVELS: readonly LevelWords[] = [
  {
    n: 5,
    id: 'application',
    title: 'User application',
    short: 'App',
    cut: 'abstract machine',
    systems: 'JVM, .NET CLR, Panot',
    notes: ['“Panot” is as the figure prints it. It is almost surely Parrot, the virtual machine made for Perl: our inference.'],
    asks: 'iload_1  iload_2  iadd',
    asksMeans: 'code for a machine on paper',
    gets: 'add eax,edx',
    getsMeans: 'checked, then host code',
    layer: 'A virtual machine for bytecode',
    word: 'run',
    lab: null,
  },
  {
    n: 4,
    id: 'library',
    title: 'Library support',
    short: 'Library',
    cut: 'API calls',
    systems: 'WINE, WABI, LxRun, Visual MainWin, vCUDA',
    notes: [],
    asks: 'WriteFile(h, "42\\n", 3)',
    asksMeans: 'a Windows API call',
    gets: 'write(1, "42\\n", 3)',
    getsMeans: 'a host call with the same effect',
    layer: 'An API hook',
    word: 'printf',
    lab: null,
  },
  {
    n: 3,
    id: 'os',
    title: 'Operating system',
    short: 'OS',
    cut: 'system calls',
    systems: 'Jail, Virtual Environment, Ensim’s VPS, FVM',
    notes: [],
    asks: 'getpid()',
    asksMeans: 'who am I?',
    gets: '1  (the host knows 4117)',
    getsMeans: 'an answer from its namespace',
    layer: 'A container',
    word: 'write',
    lab: '#/os',
  },
  {
    n: 2,
    id: 'hardware',
    title: 'Hardware abstraction',
    short: 'Hardware',
    cut: 'traps, pages, ports',
    systems: 'VMware, Virtual PC, Denali, Xen, L4, Plex 86, User mode Linux, Cooperative Linux',
    notes: [
      'User mode Linux and Cooperative Linux run on a host system and L4 is a microkernel: none of them is a hypervisor on bare hardware.',
      'The text dates VM/370 to the 1960s. It was announced in 1972; the systems of the 1960s were CP-40 and CP-67.',
    ],
    asks: 'mov cr3,eax',
    asksMeans: 'use my page table',
    gets: 'VM exit, shadow table',
    getsMeans: 'a table that the hypervisor owns',
    layer: 'A hypervisor',
    word: 'out 3F8',
    lab: null,
  },
  {
    n: 1,
    id: 'isa',
    title: 'Instruction set',
    short: 'ISA',
    cut: 'instructions',
    systems: 'Bochs, Crusoe, QEMU, BIRD, Dynamo',
    notes: [],
    asks: '24a5ffff  addiu $a1,$a1,-1',
    asksMeans: 'one MIPS instruction',
    gets: 'add dword [ebp+14h],-1',
    getsMeans: 'x86 code, same effect',
    layer: 'An emulator',
    word: 'each instruction',
    lab: '#/isa',
  },
];

export const levelById = (id: string): LevelWords | undefined => LEVELS.find((level) => level.id === id);

/** Between the cuts, from the top: what there is in every computer, and what the request looks like there. */
export const STRATA: readonly { readonly name: string; readonly code: string }[] = [
  { name: 'Program', code: 'print(42)' },
  { name: 'Application process', code: 'printf("%d\\n", 42)' },
  { name: 'Libraries', code: 'write(1, "42\\n", 3)' },
  { name: 'Operating system', code: 'out dx, al' },
  { name: 'Machine', code: 'port 3F8, UART' },
  { name: 'Processor', code: 'fetch, execute, retire' },
];

/** The request's way: step 0 before it begins, 1 to 5 at a cut (level 5 first), 6 when it is done. */
export const LAST_STEP = 6;
export const STEPS: readonly { readonly done: string; readonly next: string }[] = [
  {
    done: 'Nothing yet. The program is about to print 42.',
    next: 'It asks to be run, at the first of five places where a layer could answer.',
  },
  {
    done: 'The program asked to print `42`.',
    next: 'A virtual machine for bytecode could answer here. Here nothing does, so the request goes on.',
  },
  { done: 'The process called `printf`.', next: 'Another system’s library could answer here. Nothing does, so it goes on.' },
  { done: 'The library turned `printf` into one system call.', next: 'A container could answer here. Nothing does, so it falls on.' },
  { done: 'The kernel turned the call into bytes for a port.', next: 'A hypervisor could answer here. Nothing does, so it falls on.' },
  {
    done: 'The machine sent the byte to its serial port.',
    next: 'An emulator could answer here, for each instruction. Nothing does: the processor runs it.',
  },
  {
    done: 'The processor ran every instruction itself, and `42` is out.',
    next: 'Put a layer into one of the cuts. One run is cut at one of them, never at all five.',
  },
];
/** The same way with a layer at one cut: what that layer does with the request. */
export function answered(level: LevelWords): { readonly done: string; readonly next: string } {
  return {
    done: `The request met the layer at cut ${level.n}: ${level.layer.charAt(0).toLowerCase()}${level.layer.slice(1)}.`,
    next: 'The layer answers in place of what lies below. Everything above goes on and cannot tell.',
  };
}
