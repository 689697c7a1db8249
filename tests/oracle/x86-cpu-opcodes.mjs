/**
 * Records which opcodes a real processor knows, and how long they are: `node tests/oracle/x86-cpu-opcodes.mjs`.
 * For each opcode sixteen letters: `u` #UD, `!` another exception or a jump, else the instruction's length in hexadecimal.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CHANGES, RESULT, TRAP, buildHarness, load, pack, runHarness } from './x86-cpu/harness.mjs';

const scratch = mkdtempSync(join(tmpdir(), 'strata-opcodes-'));
try {
  const tools = await load(scratch),
    harness = buildHarness(scratch),
    list = tools.opcodes();
  const known = {};
  for (const { name, tests } of list) {
    const output = runHarness(
      harness,
      tests.map((test) => pack(tools, test)),
    );
    let at = 0;
    known[name] = tests
      .map(() => {
        const word = (i) => output.readUInt32LE(at + 4 * i),
          trap = word(TRAP),
          length = word(9) - tools.CODE;
        at += RESULT + 5 * word(CHANGES);
        return trap === 6 ? 'u' : trap !== 1 || length < 1 || length > 15 ? '!' : length.toString(16);
      })
      .join('');
  }
  const processor = /^model name\s*:\s*(.*)$/m.exec(readFileSync('/proc/cpuinfo', 'utf8'))?.[1] ?? 'unknown';
  const file = fileURLToPath(new URL('../vectors/x86-cpu-opcodes.json', import.meta.url));
  writeFileSync(
    file,
    `${JSON.stringify({ about: 'see tests/oracle/x86-cpu-opcodes.mjs', processor, opcodes: known }, null, 0).replaceAll('","', '",\n"')}\n`,
  );
  console.log(`${list.length} opcodes, ${Object.values(known).join('').length} encodings`);
} finally {
  rmSync(scratch, { recursive: true });
}
