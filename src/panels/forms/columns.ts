/** How wide the three columns are, from the longest text in each, and what is left out where the page is too narrow. Pure. */
import type { FormsView } from '../../protocol/views.ts';
import { address, CODE_ADVANCE as A } from '../shared/text.ts';
import { BYTE_PITCH, guestText, hostText } from './fields.ts';

export interface Span {
  readonly x: number;
  readonly width: number;
}
export interface Columns {
  readonly guest: Span;
  readonly micro: Span;
  readonly host: Span;
  /** Texts start here. */
  readonly bytesAt: number;
  readonly guestTextAt: number;
  readonly hostBytesAt: number;
  readonly hostTextAt: number;
  /** Characters that fit. */
  readonly guestChars: number;
  readonly microChars: number;
  readonly hostChars: number;
  /** Host bytes that fit. */
  readonly hostBytes: number;
}

const PAD = 6,
  EDGE = 2,
  GAP = 30;
const longest = (lengths: readonly number[], least: number): number => Math.max(least, ...lengths);

export function columns(view: FormsView, width: number): Columns {
  const addressChars =
    longest(
      view.guest.map((g) => address(g.address).length),
      6,
    ) + 1;
  const offsetChars =
    longest(
      view.host.map((h) => h.offset.toString(16).length + 1),
      3,
    ) + 1;
  let guestChars = longest(
    view.guest.map((g) => guestText(g).length),
    12,
  );
  let microChars = longest(
    view.micro.map((m) => m.text.length + (m.value === null ? 0 : m.value.length + 2)),
    14,
  );
  let hostBytes = Math.min(
    7,
    longest(
      view.host.map((h) => h.bytes.length),
      2,
    ),
  );
  let hostChars = longest(
    view.host.map((h) => hostText(h).length),
    12,
  );
  const guestWidth = () => 2 * PAD + (addressChars + 9 + guestChars) * A;
  const microWidth = () => 2 * PAD + microChars * A;
  const hostWidth = () => 2 * PAD + offsetChars * A + hostBytes * BYTE_PITCH + (hostBytes === 0 ? 0 : 10) + hostChars * A;
  const over = () => guestWidth() + microWidth() + hostWidth() + 2 * EDGE + 2 * GAP - width;
  const give = (have: number, least: number, unit: number) => Math.max(Math.min(have, least), have - Math.max(0, Math.ceil(over() / unit)));
  hostBytes = give(hostBytes, 5, BYTE_PITCH);
  microChars = give(microChars, 18, A);
  hostBytes = give(hostBytes, 4, BYTE_PITCH);
  hostChars = give(hostChars, 20, A);
  guestChars = give(guestChars, 16, A);
  microChars = give(microChars, 12, A);
  hostBytes = give(hostBytes, 3, BYTE_PITCH);
  // Two bytes of six say nothing: where operands would be cut, all bytes give way, and stand in the table.
  if (over() > 0) hostBytes = 0;
  hostChars = give(hostChars, 12, A);
  const slack = Math.max(0, -over());
  const gap = GAP + Math.min(50, slack / 3);
  const guest = { x: EDGE, width: guestWidth() };
  const micro = { x: guest.x + guest.width + gap, width: microWidth() + Math.min(24, slack / 6) };
  const hostX = micro.x + micro.width + gap;
  const hostBytesAt = hostX + PAD + offsetChars * A;
  return {
    guest,
    micro,
    host: { x: hostX, width: Math.max(hostWidth(), width - EDGE - hostX) },
    bytesAt: guest.x + PAD + addressChars * A,
    guestTextAt: guest.x + PAD + (addressChars + 9) * A,
    hostBytesAt,
    hostTextAt: hostBytesAt + hostBytes * BYTE_PITCH + (hostBytes === 0 ? 0 : 10),
    guestChars,
    microChars,
    hostChars,
    hostBytes,
  };
}
