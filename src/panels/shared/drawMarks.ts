/** Draws a list of marks with D3: one element a mark, kept by id, in the order of the list. Boxes with a button answer click and Enter. */
import { along } from './curve.ts';
import { sized, svgRoot, type Drawing } from './dom.ts';
import type { BoxMark, Mark, MarksScene, PathMark, TextMark, TravelMark } from './marks.ts';

const SVG = 'http://www.w3.org/2000/svg';
const TAG = { box: 'g', path: 'g', text: 'text', travel: 'circle' } as const;

export function createMarks(host: HTMLElement, name: string, label: string, press: (what: string) => void = () => {}): Drawing<MarksScene> {
  const root = svgRoot(host, name).attr('aria-label', label);
  const group = root.append('g').attr('class', 'marks');
  return {
    update(scene, progress) {
      sized(root, scene.width, scene.height);
      const all = group
        .selectAll<SVGElement, Mark>('.mark')
        .data(scene.marks, (d) => `${d.k}:${d.id}`)
        .join((enter) => enter.append((d) => start(d)))
        .order();
      all.each(function draw(d) {
        if (d.k === 'box') drawBox(this, d, press);
        else if (d.k === 'path') drawPath(this, d);
        else if (d.k === 'text') drawText(this, d);
        else drawTravel(this, d, progress);
      });
    },
    destroy() {
      root.remove();
    },
  };
}

function start(mark: Mark): SVGElement {
  const element = document.createElementNS(SVG, TAG[mark.k]);
  if (mark.k === 'box') for (const _ of ['fill', 'texture']) element.append(document.createElementNS(SVG, 'rect'));
  if (mark.k === 'path') for (const _ of ['fill', 'texture']) element.append(document.createElementNS(SVG, 'path'));
  return element;
}

function set(element: Element, attributes: Readonly<Record<string, string | number | null>>): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null) element.removeAttribute(name);
    else if (element.getAttribute(name) !== String(value)) element.setAttribute(name, String(value));
  }
}

function drawBox(element: SVGElement, d: BoxMark, press: (what: string) => void): void {
  set(element, { class: `mark ${d.cls}` });
  const [fill, texture] = element.querySelectorAll('rect');
  const place = { x: d.x, y: d.y, width: d.width, height: d.height, rx: d.rx ?? null };
  if (fill !== undefined) set(fill, { ...place, class: 'fill' });
  if (texture !== undefined)
    set(texture, { ...place, class: 'texture', fill: d.texture === undefined ? 'none' : `url(#${d.texture})`, stroke: 'none' });
  titled(element, d.title);
  const { button } = d;
  set(element, {
    role: button === undefined ? null : 'button',
    tabindex: button === undefined ? null : 0,
    'aria-label': button?.label ?? null,
    'aria-pressed': button === undefined ? null : String(button.on),
  });
  element.onclick = button === undefined ? null : () => press(button.press);
  element.onkeydown =
    button === undefined
      ? null
      : (event) => {
          if (event.key !== 'Enter' && event.key !== ' ') return;
          event.preventDefault();
          event.stopPropagation();
          press(button.press);
        };
}

function titled(element: SVGElement, words: string | undefined): void {
  const old = element.querySelector('title');
  if (words === undefined) old?.remove();
  else if (old === null) element.append(Object.assign(document.createElementNS(SVG, 'title'), { textContent: words }));
  else if (old.textContent !== words) old.textContent = words;
}

function drawPath(element: SVGElement, d: PathMark): void {
  set(element, { class: `mark ${d.cls}` });
  const [fill, texture] = element.querySelectorAll('path');
  if (fill !== undefined) set(fill, { d: d.d, class: 'fill', 'marker-end': d.head === true ? 'url(#arrow)' : null });
  if (texture !== undefined)
    set(texture, {
      d: d.texture === undefined ? null : d.d,
      class: 'texture',
      fill: d.texture === undefined ? 'none' : `url(#${d.texture})`,
      stroke: 'none',
    });
}

function drawText(element: SVGElement, d: TextMark): void {
  set(element, { class: `mark ${d.cls}`, x: d.x, y: d.y, 'text-anchor': d.anchor ?? null });
  if (element.textContent !== d.text) element.textContent = d.text;
}

/** Seen only on its way: before and after the step it is where its marks are. */
function drawTravel(element: SVGElement, d: TravelMark, progress: number): void {
  const at = progress > 0 && progress < 1 ? along(d.curves, progress) : null;
  set(element, { class: 'mark traveller', r: 5, cx: at?.x ?? 0, cy: at?.y ?? 0, visibility: at === null ? 'hidden' : null });
}
