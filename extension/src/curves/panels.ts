/** Which panels of curves are shown: those that the payload names, until the user chooses others. */
import type { CurvePanel, CurvesPayload } from '../../../src/plot/curvesPayload.js';
import { panelsOf, panelsThere } from '../../../src/plot/drawing/curves/draw.js';
import { panelHeading } from '../../../src/plot/drawing/curves/values.js';
import type { PlotChoices } from '../plot/plot.js';

export class PanelChoices implements PlotChoices {
  private asked?: readonly CurvePanel[];

  constructor(private readonly payload: () => CurvesPayload) {}

  shown(): CurvePanel[] {
    return panelsOf(this.payload(), this.asked);
  }

  /** Accuracy and cost alone are no choice. */
  list(): { label: string; shown: boolean }[] {
    const payload = this.payload();
    const there = panelsThere(payload);
    const shown = this.shown();
    if (there.every((panel) => panel === 'accuracy' || panel === 'cost')) return [];
    return there.map((panel) => ({ label: panelHeading(panel, payload.axes), shown: shown.includes(panel) }));
  }

  /** The last panel stays. */
  toggle(index: number): boolean {
    const panel = panelsThere(this.payload())[index];
    const shown = this.shown();
    const next = shown.includes(panel) ? shown.filter((one) => one !== panel) : [...shown, panel];
    if (panel === undefined || next.length === 0) return false;
    this.asked = next;
    return true;
  }
}
