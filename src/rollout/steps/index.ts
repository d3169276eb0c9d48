/** What each effect of the machine is done by. */

import type { Effect } from '../machine.ts';
import type { Step } from '../running.ts';
import { settle } from '../settling/settle.ts';
import { unsettled } from '../settling/unsettled.ts';
import { undo } from '../undo.ts';
import { attach } from './attach.ts';
import { bake } from './bake.ts';
import { conclude } from './conclude.ts';
import { hold } from './hold.ts';
import { lanes } from './lanes.ts';
import { observe } from './observe.ts';
import { preFlight } from './pre-flight.ts';
import { prepare } from './prepare.ts';
import { prove } from './prove.ts';
import { retire } from './retire.ts';
import { returnAll } from './return.ts';
import { shift } from './shift.ts';
import { warmUp } from './warm-up.ts';
import { watch } from './watch.ts';

export const steps: Readonly<Record<Effect, Step>> = {
  watch,
  attach,
  lanes,
  'warm-up': warmUp,
  'pre-flight': preFlight,
  prepare,
  shift,
  prove,
  observe,
  bake,
  settle,
  unsettled,
  conclude,
  retire,
  hold,
  return: returnAll,
  undo,
};
