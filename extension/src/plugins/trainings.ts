import type { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';
import { parseCurvesPayload, type CurvesPayload } from '../../../src/plot/curvesPayload.js';
import type { KernelState } from '../live/host.js';
import { firstHeard, livenessOf } from '../live/liveness.js';
import type { Liveness } from '../plot/plot.js';
import { curvesMime } from '../../../src/plot/payload.js';
import { stateOf } from './kernels.js';

/** A training in an open notebook. */
export interface Training {
  readonly panel: NotebookPanel;
  readonly cell: number;
  readonly payload: CurvesPayload;
  readonly liveness: Liveness;
}

/** All live curves in the outputs of all open notebooks: what a reload or a restart leaves is found again. */
export function trainings(tracker: INotebookTracker, now: number): Training[] {
  const found: Training[] = [];
  tracker.forEach((panel) => {
    panel.content.widgets.forEach(({ outputArea }, cell) => {
      for (let k = 0; k < (outputArea?.model.length ?? 0); k++) {
        const payload = liveCurves(outputArea?.model.get(k).data[curvesMime]);
        if (payload) found.push({ panel, cell, payload, liveness: livenessNow(payload, now, stateOf(panel)) });
      }
    });
  });
  return found;
}

function livenessNow({ state }: CurvesPayload, now: number, kernel: KernelState | undefined): Liveness {
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
