import { comms } from '../comms.js';
import { models, pack } from './model.js';
import { Object } from '../../common/intrinsics.js';

/** Answers front ends that come later, or come back after a reload: they ask for all widgets at once. */
export function answerFrontEnds(): void {
  comms.register('jupyter.widget.control', (comm) => {
    comm.onMessage = ({ data }) => {
      if (data['method'] !== 'request_states') return;
      const all = [...models.values()].map((model) => {
        const state = model.snapshot();
        const {
          _model_name: model_name,
          _model_module: model_module,
          _model_module_version: model_module_version,
        } = state;
        return [model.id, { model_name, model_module, model_module_version, state }];
      });
      const { state: states, buffer_paths, buffers } = pack(Object.fromEntries(all) as Record<string, unknown>);
      comm.send({ method: 'update_states', states, buffer_paths }, { buffers });
    };
  });
}
