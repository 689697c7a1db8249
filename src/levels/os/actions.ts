/** What a learner does with containers while the machine runs: logged inputs, so every action is plain text. */
import type { OsAction } from '../../protocol/os-views.ts';
import { Refusal } from '../level.ts';
import { checkedAction } from './checked.ts';
import { guarded } from './guard.ts';
import type { Container } from './runtime.ts';
import type { RunningOs } from './running.ts';
import { isCapability, USUAL_ENV } from './spec.ts';

export function actOn(r: RunningOs, text: string): void {
  const action = checkedAction(text);
  if (action.act === 'create') return create(r, action);
  const c = r.runtime.get(action.id);
  if (!c) throw new Refusal(`There is no container ${action.id}.`);
  guarded(`${action.id}: ${action.act} is not possible`, () => perform(r, c, action));
}

function create(r: RunningOs, action: Extract<OsAction, { act: 'create' }>): void {
  const { id, args, namespaces, capabilities, limits } = action,
    image = r.images.find((one) => one.name === action.image);
  if (!image) throw new Refusal(`There is no image ${action.image}; there is ${r.images.map((one) => one.name).join(', ')}.`);
  const [command] = args;
  if (command === undefined) throw new Refusal('A container needs a command.');
  const unknown = capabilities?.find((name) => !isCapability(name));
  if (unknown !== undefined) throw new Refusal(`There is no capability ${unknown}.`);
  const c = r.create({
    id,
    image,
    path: command.startsWith('/') ? command : `/bin/${command}`,
    args,
    env: USUAL_ENV,
    tty: r.addConsole(true, null),
    ...(namespaces ? { namespaces } : {}),
    ...(capabilities ? { capabilities } : {}),
    ...(limits ? { limits } : {}),
  });
  if (action.start !== false) r.runtime.start(c);
}

function perform(r: RunningOs, c: Container, action: Exclude<OsAction, { act: 'create' }>): void {
  switch (action.act) {
    case 'start':
      return r.runtime.start(c);
    case 'pause':
    case 'resume':
      return r.runtime.pause(c, action.act === 'pause');
    case 'delete':
      return r.runtime.delete(c);
    case 'kill':
      return r.runtime.kill(c, action.signal);
    case 'limit':
      return r.limit(c, action.file, action.value);
    case 'exec':
      r.runtime.exec(c, action.args[0]!.startsWith('/') ? action.args[0]! : `/bin/${action.args[0]!}`, action.args, USUAL_ENV, c.tty);
      return;
    case 'type':
      return r.type(c, action.text);
  }
}
