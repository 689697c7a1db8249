/** Images from tar archives: layers over layers, whiteouts, links; what does not fit is refused in one sentence. */
import { describe, expect, test } from 'vitest';
import { latin1 } from '../../../src/bits/utf8.ts';
import { Refusal } from '../../../src/levels/level.ts';
import { osLevel } from '../../../src/levels/os/level.ts';
import { file, header, tarOf } from '../formats/tar-builder.ts';
import { OWN_FILES } from './session.ts';

const programs = ['sh', 'ls', 'cat', 'echo', 'hostname'].map((name) =>
  file(`bin/${name}`, OWN_FILES[`/bin/${name}`]!, { mode: '0000755' }),
);

const saved = (...layers: readonly Uint8Array[]): Uint8Array =>
  tarOf(
    ...layers.map((layer, i) => file(`${i}/layer.tar`, layer)),
    file('manifest.json', JSON.stringify([{ Layers: layers.map((_, i) => `${i}/layer.tar`) }])),
  );

function run(image: Uint8Array, line: string): { stdout: string; stderr: string; status: number | undefined } {
  const running = osLevel.boot(
    { name: 'image.tar', bytes: image },
    {
      mode: 'container',
      knobs: {},
      args: ['image.tar', '/bin/sh', '-c', line],
      env: ['PATH=/bin'],
      files: {},
      stdin: new Uint8Array(0),
      memory: 32 << 20,
    },
  );
  while (running.exit === null && running.machine.retired < 50_000_000)
    running.machine.run({ retired: running.machine.retired + 1_000_000 });
  return { stdout: latin1(running.stdout), stderr: latin1(running.stderr), status: running.exit?.status };
}

describe('an image of several layers', () => {
  const image = saved(
    tarOf(
      ...programs,
      file('etc/a', 'a of 0\n'),
      file('etc/b', 'b of 0\n'),
      file('old/one', '1'),
      file('old/two', '2'),
      file('gone/x', 'x'),
    ),
    tarOf(file('etc/b', 'b of 1\n'), file('etc/.wh.a', ''), file('old/.wh..wh..opq', ''), file('old/three', '3'), file('.wh.gone', '')),
    tarOf(
      header({ name: 'etc/soft', type: '2', link: 'b' }),
      header({ name: 'up', type: '2', link: '../../../../../../etc/b' }),
      file('etc/real', 'one file\n'),
      header({ name: 'etc/hard', type: '1', link: 'etc/real' }),
      file('/etc/absolute', 'inside\n'),
    ),
  );
  test('shows what the highest has; whiteouts and opaque folders hide', () => {
    expect(run(image, 'cat /etc/b; ls /old; cat /etc/a; ls /gone').stdout).toBe('b of 1\nthree\n');
    expect(run(image, 'cat /etc/a').stderr).toContain('No such file');
  });
  test('links lead within the image, hard links are one file', () => {
    expect(run(image, 'cat /etc/soft /up /etc/hard /etc/absolute; echo more >> /etc/hard; cat /etc/real').stdout).toBe(
      'b of 1\nb of 1\none file\ninside\none file\n',
    );
  });
  test('a file and its whiteout in one layer: the file is there', () => {
    const both = saved(
      tarOf(...programs),
      tarOf(file('etc/.wh.x', ''), file('etc/x', 'there\n'), file('etc/y', 'too\n'), file('etc/.wh.y', '')),
    );
    expect(run(both, 'cat /etc/x /etc/y').stdout).toBe('there\ntoo\n');
  });
});

test('a bare name is looked for in PATH', () => {
  const running = osLevel.boot(
    { name: 'image.tar', bytes: tarOf(...programs) },
    { mode: 'container', knobs: {}, args: ['image.tar', 'hostname'], env: [], files: {}, stdin: new Uint8Array(0), memory: 32 << 20 },
  );
  while (running.exit === null) running.machine.run({ retired: running.machine.retired + 100_000 });
  expect(latin1(running.stdout)).toBe('strata\n');
});

describe('an image that does not fit together', () => {
  const cases: readonly (readonly [string, Uint8Array, RegExp])[] = [
    ['a path through a file', tarOf(...programs, file('f', 'x'), file('f/g', 'y')), /entry "f\/g" .* part of its path is no folder/],
    [
      'a path through a link',
      tarOf(...programs, header({ name: 'l', type: '2', link: '/etc' }), file('l/passwd', 'y')),
      /entry "l\/passwd" .* symbolic link/,
    ],
    [
      'a hard link to nothing',
      tarOf(...programs, header({ name: 'h', type: '1', link: 'none' })),
      /entry "h" .* link to what is not there/,
    ],
    ['a hard link to itself', tarOf(...programs, header({ name: 'h', type: '1', link: 'h' })), /entry "h" .* link to what is not there/],
    ['a hard link to a folder', tarOf(...programs, header({ name: 'h', type: '1', link: 'bin' })), /entry "h" .* link to a folder/],
    ['a file over a full folder', tarOf(...programs, file('bin', 'x')), /entry "bin" .* folder that is not empty/],
    ['no such command', tarOf(file('etc/x', 'y')), /no such file \(ENOENT\)/],
  ];
  test.each(cases)('%s', (_name, image, why) => {
    expect(() => run(image, 'true')).toThrow(Refusal);
    expect(() => run(image, 'true')).toThrow(why);
    expect(() => run(image, 'true')).toThrow(/^[^\n]+\.$/);
  });
});
