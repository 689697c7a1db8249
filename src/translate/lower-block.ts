/**
 * One translated block as IA-32 code: the lowered body, then its ways out. Every way out to a known address is a jump that
 * can be patched (chained) and a stub that it leads to at first: the stub says where the guest goes and which exit this was.
 *
 * Convention: at a block's entry and exit all guest registers are in their homes, EBP points at them, ESI is the guest
 * address at an exit, EDX the exit's number. All other registers are free.
 */
import { imm, m32, r32 } from '../isa/x86/operand.ts';
import { EBP, EDX, ESI } from '../isa/x86/state.ts';
import { HostList, place } from './ia32.ts';
import type { Piece } from './ia32.ts';
import { emitCondition } from './lower-conditions.ts';
import { Lowering } from './lower.ts';
import type { LoweringOptions, Recovery } from './lower.ts';
import type { JoinedBlock } from './join.ts';
import { optimise } from './optimise.ts';
import type { Plan } from './optimise.ts';

export interface BlockOptions extends LoweringOptions {
  /** Emits the way to the code for the guest address in ESI, for indirect jumps. */
  readonly lookup: (code: HostList) => void;
  /** Labels of the run-time: `exit` (direct exits), and those that `lookup` jumps to. */
  readonly runtime: ReadonlyMap<string, number>;
  /** The number that the block's first exit gets. */
  readonly firstExit: number;
  /** EBP displacement of the word that counts the block's runs, or null. */
  readonly counter: number | null;
}

export interface BlockExit {
  /** Guest address; null for an indirect jump. */
  readonly to: number | null;
  /** Offset of the 32-bit displacement that chaining patches; -1 for an indirect jump. */
  readonly patch: number;
  /** Offset of the stub. */
  readonly stub: number;
}

export interface BlockCode {
  readonly plan: Plan;
  readonly piece: Piece;
  readonly exits: readonly BlockExit[];
  /** By offset of the host instruction. */
  readonly recoveries: ReadonlyMap<number, Recovery>;
  /** By index of the guest instruction: what is where when it begins. */
  readonly boundaries: ReadonlyMap<number, Recovery>;
}

interface PlannedExit {
  readonly jump: string;
  readonly stub: string;
  readonly to: number;
}

export function lowerBlock(block: JoinedBlock, base: number, options: BlockOptions): BlockCode {
  const plan = optimise(block);
  const lowering = new Lowering(plan, options);
  const code = lowering.code;
  if (options.counter !== null) countRun(lowering, options.counter);
  lowering.run();
  const exits = emitFlow(lowering, options);
  for (const side of lowering.sideExits) exits.push({ jump: side.label, stub: side.label, to: side.to });
  code.guest = null;
  code.micro = null;
  code.purpose = 'dispatch';
  emitStubs(code, exits, options.firstExit);
  lowering.cold.purpose = 'dispatch';
  code.append(lowering.cold);
  return finish(lowering, base, exits, options);
}

/** The first guest instruction begins with the count, so that a chained jump to the block's entry is a place to stop. */
function countRun(lowering: Lowering, displacement: number): void {
  lowering.code.purpose = 'dispatch';
  lowering.code.guest = 0;
  lowering.markFirst();
  lowering.code.emit('inc', m32({ base: EBP, disp: displacement }));
}

function emitFlow(l: Lowering, options: BlockOptions): PlannedExit[] {
  const { flow } = l.plan.block;
  const code = l.code;
  const exits: PlannedExit[] = [];
  const leave = (name: string, to: number): void => {
    code.purpose = 'dispatch';
    const stub = l.freshLabel('exit');
    exits.push({ jump: stub, stub, to });
    code.jump(name, stub, true);
  };
  switch (flow.k) {
    case 'goto':
      leave('jmp', flow.to);
      break;
    case 'branch': {
      code.purpose = 'guest';
      const condition = emitCondition(l, flow.when);
      leave(`j${condition}`, flow.to);
      leave('jmp', flow.otherwise);
      break;
    }
    case 'indirect': {
      code.purpose = 'dispatch';
      const register = l.registers.registerOf(flow.to);
      if (register !== ESI) code.emit('mov', r32(ESI), l.operand(flow.to));
      options.lookup(code);
      exits.push({ jump: '', stub: '', to: -1 });
      break;
    }
    case 'trap': {
      code.purpose = 'dispatch';
      const gate = code.gate(l.options.trapGate(flow.vector));
      l.faulting(gate, flow.guest);
      leave('jmp', flow.next);
      break;
    }
    case 'choose':
      throw new Error('a translated block knows where it branches to');
  }
  return exits;
}

function emitStubs(code: HostList, exits: readonly PlannedExit[], firstExit: number): void {
  exits.forEach((exit, i) => {
    if (exit.stub === '') return;
    code.label(exit.stub);
    code.emit('mov', r32(ESI), imm(exit.to | 0));
    code.emit('mov', r32(EDX), imm(firstExit + i));
    code.jump('jmp', 'exit', true);
  });
}

function finish(l: Lowering, base: number, planned: readonly PlannedExit[], options: BlockOptions): BlockCode {
  const piece = place(l.code, base, options.runtime);
  const recoveries = new Map<number, Recovery>();
  const jumps = new Map<string, number>();
  for (const { code, offset, length } of piece.placed) {
    const recovery = l.recoveries.get(code);
    if (recovery) recoveries.set(offset, recovery);
    if (code.to !== undefined && code.near) jumps.set(code.to, offset + length - 4);
  }
  const exits = planned.map((exit): BlockExit =>
    exit.stub === ''
      ? { to: null, patch: -1, stub: -1 }
      : { to: exit.to >>> 0, patch: jumps.get(exit.jump)!, stub: piece.labels.get(exit.stub)! },
  );
  return { plan: l.plan, piece, exits, recoveries, boundaries: l.boundaries };
}
