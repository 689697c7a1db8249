/**
 * A panel's picture as a file. The drawing uses the page's variables, patterns and fonts, so a copy is made in which every element
 * carries its computed look and the patterns it refers to come along.
 */
const LOOKS = [
  'fill',
  'fill-opacity',
  'stroke',
  'stroke-width',
  'stroke-opacity',
  'stroke-dasharray',
  'stroke-linecap',
  'stroke-linejoin',
  'opacity',
  'font-family',
  'font-size',
  'font-weight',
  'font-style',
  'text-anchor',
  'dominant-baseline',
  'visibility',
  'display',
  'white-space',
] as const;

function dress(from: Element, to: Element): void {
  const style = getComputedStyle(from);
  const text = LOOKS.map((name) => [name, style.getPropertyValue(name)] as const)
    .filter(([, value]) => value !== '')
    .map(([name, value]) => `${name}:${value.replaceAll('"', "'")}`);
  to.setAttribute('style', text.join(';'));
  to.removeAttribute('class');
  for (let i = 0; i < from.children.length; i++) dress(from.children[i]!, to.children[i]!);
}

/** A self-contained SVG document of what is on show. */
export function svgText(svg: SVGSVGElement): string {
  const copy = svg.cloneNode(true) as SVGSVGElement;
  dress(svg, copy);
  const { width, height } = svg.getBoundingClientRect();
  copy.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
  copy.setAttribute('width', String(Math.ceil(width)));
  copy.setAttribute('height', String(Math.ceil(height)));
  const defs = document.createElementNS('http://www.w3.org/2000/svg', 'defs');
  const wanted = new Set([...copy.outerHTML.matchAll(/url\((?:&quot;|["'])?#([\w-]+)/g)].map((m) => m[1]!));
  for (const id of wanted) {
    const original = document.getElementById(id);
    if (original === null || svg.contains(original)) continue;
    const pattern = original.cloneNode(true) as Element;
    for (let i = 0; i < original.children.length; i++) dress(original.children[i]!, pattern.children[i]!);
    defs.append(pattern);
  }
  const ground = document.createElementNS('http://www.w3.org/2000/svg', 'rect');
  ground.setAttribute('width', '100%');
  ground.setAttribute('height', '100%');
  ground.setAttribute('fill', getComputedStyle(document.body).backgroundColor);
  copy.prepend(defs, ground);
  return new XMLSerializer().serializeToString(copy);
}

/** Lets the browser save bytes under a name. */
export function saveAs(name: string, bytes: Uint8Array | string | Blob, type = 'application/octet-stream'): void {
  const blob = bytes instanceof Blob ? bytes : new Blob([typeof bytes === 'string' ? bytes : bytes.slice()], { type });
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

export function saveSvg(svg: SVGSVGElement, name: string): void {
  saveAs(`${name}.svg`, svgText(svg), 'image/svg+xml');
}

/** Twice the size on screen, for projectors and print. */
export async function savePng(svg: SVGSVGElement, name: string): Promise<void> {
  const url = URL.createObjectURL(new Blob([svgText(svg)], { type: 'image/svg+xml' }));
  try {
    const image = new Image();
    image.src = url;
    await image.decode();
    const canvas = document.createElement('canvas');
    canvas.width = image.width * 2;
    canvas.height = image.height * 2;
    canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height);
    const blob = await new Promise<Blob | null>((done) => canvas.toBlob(done, 'image/png'));
    if (blob !== null) saveAs(`${name}.png`, blob);
  } finally {
    URL.revokeObjectURL(url);
  }
}
