/** A competitor: a process of its own that is asked for one turn after the other and answers in lines of JSON. */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

export class Competitor {
  #lines;
  #child;
  #errors = '';

  /** @param row { name, samples: samples a turn, …} whatever the table says of it */
  constructor(row, command, args, folder) {
    Object.assign(this, row, { turns: { train: [], evaluate: [] } });
    this.#child = spawn(command, args, { cwd: folder, stdio: ['pipe', 'pipe', 'pipe'] });
    this.#child.stderr.on('data', (data) => (this.#errors = (this.#errors + data).slice(-4000)));
    this.#child.stdin.on('error', () => undefined); // it ended: the next answer says why
    this.#lines = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
  }

  /** The next line that is an answer. @throws Error with what the process said when it ended instead */
  async answer() {
    for (;;) {
      const { value, done } = await this.#lines.next();
      if (done) throw new Error(`${this.name} ended:\n${this.#errors.trim().split('\n').slice(-6).join('\n')}`);
      if (value.startsWith('{')) return JSON.parse(value);
    }
  }

  async ready() {
    this.versions = (await this.answer()).ready;
  }

  ask(turn) {
    this.#child.stdin.write(`${JSON.stringify(turn)}\n`);
    return this.answer();
  }

  /**
   * One timed turn on samples `from` to `from + samples`. Ours begins again before it trains: it goes through so many
   * more samples than the others that it would be a trained network, which needs fewer backward passes, after a round.
   */
  async turn(action, from) {
    if (this.ours && action === 'train') await this.ask({ do: 'begin' });
    const answer = await this.ask({ do: action, from, to: from + this.samples });
    this.turns[action].push({
      ms: (answer.wall * 1000) / this.samples,
      cpuMs: (answer.cpu * 1000) / this.samples,
      skipped: answer.skipped === undefined ? undefined : answer.skipped / this.samples,
    });
    this.peakMB = answer.peakMB;
    return answer;
  }

  async end() {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const gone = new Promise((resume) => this.#child.once('exit', resume));
    this.#child.stdin.end(`${JSON.stringify({ do: 'quit' })}\n`);
    const late = setTimeout(() => this.#child.kill('SIGKILL'), 10_000);
    await gone;
    clearTimeout(late);
  }
}
