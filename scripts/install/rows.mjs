/** The environments of `npm run test:install`, one a row of the table in docs/install.md. */

const wheels = { newest: ['jupyterlab>=4.5,<5'], lab44: ['jupyterlab==4.4.*'], notebook: ['notebook>=7,<8'] };

/**
 * `python`: its minor version. `jupyter`: what is in the environment before Spikelab. `client`: what runs a notebook
 * there. `node`: requirement of the Node from Python's packages. `user`: run as a user without rights. `folder`: name
 * of the environment's folder.
 */
export const rows = [
  { name: 'JupyterLab, newest', python: '3.13', jupyter: wheels.newest, client: 'nbconvert' },
  { name: 'JupyterLab 4.4', python: '3.13', jupyter: wheels.lab44, client: 'nbconvert' },
  { name: 'JupyterLab 4.4, oldest Python', python: '3.9', jupyter: wheels.lab44, client: 'nbconvert' },
  { name: 'Notebook 7', python: '3.13', jupyter: wheels.notebook, client: 'nbconvert' },
  { name: 'nbclient', python: '3.13', jupyter: ['nbclient'], client: 'nbclient' },
  { name: 'nbclient, Node 22', python: '3.9', jupyter: ['nbclient'], client: 'nbclient', node: '<23' },
  { name: 'jupyter console', python: '3.13', jupyter: ['jupyter_console'], client: 'console' },
  { name: 'papermill', python: '3.13', jupyter: ['papermill'], client: 'papermill' },
  { name: 'without rights', python: '3.11', jupyter: ['nbclient'], client: 'nbclient', user: true },
  { name: 'spaces and umlauts', python: '3.13', jupyter: wheels.newest, client: 'nbconvert', folder: 'Übung 3 & Maß' },
  {
    name: 'npm i -g, in a JupyterLab',
    python: '3.13',
    jupyter: [...wheels.newest, 'nbconvert'],
    client: 'nbconvert',
    npm: true,
  },
];
