import type { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';
import { parseCurvesPayload, type CurvesPayload } from '../../../src/plot/curvesPayload.js';
import { firstHeard, livenessOf } from '../live/liveness.js';
import type { Liveness } from '../plot/plot.js';
import { curvesMime } from '../../../src/plot/payload.js';
import { endedAt, stateOf } from './kernels.js';
import { told } from './told.js';

/** A training in an open notebook. */
export interface Training {
  readonly panel: NotebookPanel;
  /** Where its curves are; none of one that only the kernel knows. */
  readonly cell?: number;
  readonly payload: CurvesPayload;
  readonly liveness: Liveness;
}

/**
 * All live curves in the outputs of all open notebooks, and those that their kernels tell of: what a reload or a
 * restart leaves is found again.
 */
export function trainings(tracker: INotebookTracker, now: number): Training[] {
  const found: Training[] = [];
  const seen = new Set<unknown>(); // a notebook may be open in two views
  tracker.forEach((panel) => {
    if (seen.has(panel.context)) return;
    seen.add(panel.context);
    const going = new Map(told(panel)?.trainings?.map((payload) => [payload.state?.id, payload]));
    panel.content.widgets.forEach(({ model: { outputs } }, cell) => {
      for (let k = 0; k < (outputs?.length ?? 0); k++) {
        const own = liveCurves(outputs?.get(k).data[curvesMime]);
        if (!own) continue;
        const other = own.state?.id === undefined ? undefined : going.get(own.state.id);
        if (other) going.delete(own.state?.id);
        const payload = other && madeAt(other) > madeAt(own) ? other : own;
        found.push({ panel, cell, payload, liveness: livenessNow(panel, payload, now) });
      }
    });
    for (const payload of going.values()) found.push({ panel, payload, liveness: livenessNow(panel, payload, now) });
  });
  return found;
}

const madeAt = ({ state }: CurvesPayload): number => state?.made ?? 0;

function livenessNow(panel: NotebookPanel, payload: CurvesPayload, now: number): Liveness {
  const kernel = stateOf(panel);
  const { state } = payload;
  const answer = told(panel);
  // News of a kernel that was restarted is void; an answer of the present one knows better than old news.
  if (state && state.made <= endedAt(panel)) return 'stopped';
  if (state?.id !== undefined && answer?.trainings && answer.at > state.made)
    return answer.trainings.some((one) => one.state?.id === state.id) ? 'training' : 'stopped';
  return livenessOf(firstHeard(state?.made, now, kernel), now, kernel);
}

function liveCurves(value: unknown): CurvesPayload | undefined {
  if (typeof value !== 'object' || value === null || !('live' in value) || value.live !== true) return undefined;
  try {
    return parseCurvesPayload(value);
  } catch {
    return undefined; // the output below the cell says what is wrong with it
  }
}
