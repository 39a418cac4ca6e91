/** Grading mode: how cells behave while a grader runs a notebook, so that marks are right. */

/**
 * Whether a grader runs this kernel: `SPIKELAB_GRADING` is `1`, or it is not set and nbgrader says that it autogrades or validates.
 * Read by every process at its start, before any code of a student's.
 */
export function isGrading(environment: NodeJS.ProcessEnv = process.env): boolean {
  const { SPIKELAB_GRADING: asked, NBGRADER_EXECUTION: nbgrader } = environment;
  return asked === undefined || asked === '' ? nbgrader === 'autograde' || nbgrader === 'validate' : asked === '1';
}

/** Globals that are the grader's own: a cell may have variables of these names, but no other cell sees them. */
export const gradersNames: ReadonlySet<string> = new Set(['checks', 'partialCredit', 'snn']);

/** Characters of text and displays that a cell may put into the graded notebook. */
export const gradedOutputLimit = 1_000_000;

/** Milliseconds after which a stopped cell takes its process with it, and those that training may take to save: nbgrader gives up on a kernel after four seconds. */
export const gradedGiveUpMs = 2500;
export const gradedSavingMs = 1000;
