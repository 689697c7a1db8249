/**
 * Records what a real processor makes of single IA-32 instructions: `node tests/oracle/x86-cpu.mjs [cases]`.
 *
 * About 40,000 cases go to tests/vectors/x86-cpu.json.gz. A long run (`200000`) is written beside it, under
 * node_modules/.cache, where the test finds it too. Needs an x86 processor, Linux, gcc -m32 and the right to map page 4.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { buildHarness, load, pack, runHarness } from './x86-cpu/harness.mjs';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const DEFAULT = 40_000;

/** A result as a vector's text; `at` is where its struct case_out lies. */
function read(tools, output, at, test, begin) {
  const word = (i) => output.readUInt32LE(at + 4 * i);
  const registers = new Map();
  for (let n = 0; n < 8; n++) if ((word(n) | 0) !== (test.overrides.get(n) ?? begin.registers[n])) registers.set(n, word(n) | 0);
  const vector = word(10),
    count = word(13),
    memory = [];
  for (let i = 0, place = at + 56; i < count; i++, place += 5) {
    const address = output.readUInt32LE(place),
      last = memory.at(-1);
    if (last && last.address + last.bytes.length === address) last.bytes.push(output[place + 4]);
    else memory.push({ address, bytes: [output[place + 4]] });
  }
  // Only #PF has an address; only these exceptions have an error code.
  const error = [8, 10, 11, 12, 13, 14, 17].includes(vector) ? word(11) : 0;
  const trap = vector === 1 ? null : { vector, error, cr2: vector === 14 ? word(12) : 0 };
  const result = {
    trap,
    eip: word(9),
    registers,
    flags: (word(8) & tools.COMPARED) >>> 0,
    memory: memory.map((m) => ({ address: m.address, bytes: Uint8Array.from(m.bytes) })),
  };
  return { text: tools.formatVector(test, result, begin.flags), size: 56 + 5 * count };
}

const processor = () => /^model name\s*:\s*(.*)$/m.exec(readFileSync('/proc/cpuinfo', 'utf8'))?.[1] ?? 'unknown';

async function main() {
  const wanted = Number(process.argv[2] ?? DEFAULT);
  const scratch = mkdtempSync(join(tmpdir(), 'strata-cpu-'));
  try {
    const tools = await load(scratch),
      harness = buildHarness(scratch);
    const each = Math.ceil(wanted / tools.TESTED_ROWS.length),
      vectors = [];
    for (const row of tools.TESTED_ROWS) {
      const tests = Array.from({ length: each }, (_, index) => tools.makeCase(row, index));
      const packed = tests.map((test) => pack(tools, test));
      const output = runHarness(harness, packed);
      let at = 0;
      tests.forEach((test, i) => {
        const { text, size } = read(tools, output, at, test, packed[i].begin);
        vectors.push(text);
        at += size;
      });
      if (at !== output.length) throw new Error(`${row.name} ${row.operands}: the harness wrote too much or too little`);
    }
    const json = JSON.stringify(
      { about: 'IA-32 instructions on a real processor; see tests/oracle/x86-cpu/inputs.ts', processor: processor(), vectors },
      null,
      0,
    ).replaceAll('","', '",\n"');
    const target = wanted > DEFAULT ? here('../../node_modules/.cache/strata-x86-cpu.json.gz') : here('../vectors/x86-cpu.json.gz');
    mkdirSync(join(target, '..'), { recursive: true });
    const packedJson = gzipSync(json, { level: 9 });
    writeFileSync(target, packedJson);
    console.log(`${vectors.length} cases of ${tools.TESTED_ROWS.length} rows, ${packedJson.length} bytes in ${target}`);
  } finally {
    rmSync(scratch, { recursive: true });
  }
}

await main();
