/** The x87's services as the processor calls them: they need nothing of it but the state's words. */
import { FPU_SERVICES, type FpuService } from '../../isa/x86/float/services.ts';
import type { ServiceFunction } from '../cpu.ts';

export const FPU = Object.fromEntries(
  Object.entries(FPU_SERVICES).map(([name, { run }]) => [
    name,
    ((cpu, [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0]) => run(cpu.words, a, b, c, d, e, f)) satisfies ServiceFunction,
  ]),
) as unknown as Readonly<Record<FpuService, ServiceFunction>>;
