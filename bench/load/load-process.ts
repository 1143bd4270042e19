import type { LoadPlan } from './load-plan.ts';
import { runLoad } from './run.ts';

/** Runs one load after the other, in a process of its own, so as not to be measured itself. */
process.on('message', (plan: LoadPlan) => {
  runLoad(plan).then(
    (result) => process.send?.({ result }),
    (error: Error) => process.send?.({ failure: error.message }),
  );
});
process.once('disconnect', () => process.exit());
