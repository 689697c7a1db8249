/** The tower's layout: the order of interfaces, where the request is, and what a layer in one cut changes. */
import { describe, expect, it } from 'vitest';
import { ISA_SCENE } from '../../../src/lessons/isa-scene.ts';
import { describeTower, layoutTower } from '../../../src/panels/tower/layout.ts';
import { LEVELS, STEPS, STRATA } from '../../../src/panels/tower/levels.ts';
import { followPrint, goToStep, lastStep, toggleCut, useTower } from '../../../src/panels/tower/state.ts';

const at = (step: number, cut: number | null = null, wide = true) => layoutTower({ width: 1040, height: 732, step, cut, wide });

describe('the tower', () => {
  it('lays six strata and five sills on each other without a gap', () => {
    const { strata, sills, height } = at(3);
    let y = 0;
    strata.forEach((stratum, i) => {
      expect(stratum.y).toBeCloseTo(y, 6);
      y += stratum.height;
      const sill = sills[i];
      if (sill !== undefined) {
        expect(sill.y).toBeCloseTo(y, 6);
        y += sill.height;
      }
    });
    expect(y).toBeCloseTo(height, 6);
    expect(sills.map((s) => s.n)).toEqual([5, 4, 3, 2, 1]);
    expect(strata.map((s) => s.name)).toEqual(STRATA.map((s) => s.name));
  });

  it('moves the request from cut to cut', () => {
    const ys = STEPS.map((_, step) => at(step).way.at);
    expect(ys).toEqual(ys.toSorted((a, b) => a - b));
    expect(at(3).sills.map((s) => s.state)).toEqual(['passed', 'passed', 'here', 'ahead', 'ahead']);
    expect(at(6).sills.every((s) => s.state === 'passed')).toBe(true);
  });

  it('stops the request at the one cut that has a layer', () => {
    const scene = at(6, 3);
    const sill = scene.sills[2]!;
    expect(scene.way.at).toBeCloseTo(sill.y + sill.height / 2, 6);
    expect(scene.sills.filter((s) => s.open === 1).map((s) => s.n)).toEqual([3]);
    expect(scene.sills.map((s) => s.state)).toEqual(['passed', 'passed', 'here', 'ahead', 'ahead']);
  });

  it('is the same picture every time', () => {
    expect(at(2)).toEqual(at(2));
    expect(describeTower({ step: 3, cut: null })).toContain('The request is at cut 3.');
  });

  it('walks to its end and no further', () => {
    useTower.setState({ step: 0, playing: false, cut: null });
    goToStep(99);
    expect(useTower.getState().step).toBe(6);
    followPrint();
    expect(useTower.getState()).toMatchObject({ step: 0, playing: true });
    toggleCut(4);
    goToStep(6);
    expect(useTower.getState()).toMatchObject({ step: 2, cut: 4 });
    expect(lastStep()).toBe(2);
    toggleCut(4);
    expect(useTower.getState().cut).toBeNull();
  });

  it('offers a lab only where one is built, and names every system of the figure', () => {
    expect(LEVELS.filter((l) => l.lab !== null).map((l) => l.id)).toEqual(['os', 'isa']);
    for (const level of LEVELS) expect(level.systems.split(', ').length).toBeGreaterThanOrEqual(3);
  });
});

describe('the lecture scene', () => {
  it('has 8 to 12 cues, each with one sentence', () => {
    expect(ISA_SCENE.cues.length).toBeGreaterThanOrEqual(8);
    expect(ISA_SCENE.cues.length).toBeLessThanOrEqual(12);
    for (const cue of ISA_SCENE.cues) expect(cue.say.match(/[.!?](\s|$)/g)).toHaveLength(1);
  });
});
