import type { JsonObject, Message } from '../protocol/message.js';
import type { ChannelMessage } from '../common/channel.js';
import type { RunningCell } from './shell.js';

export interface QuestionsOptions {
  /** The cells that are being executed. */
  running(): readonly RunningCell[];
  /** Sends a question to the client that sent `request`; returns its id. */
  ask(request: Message, content: JsonObject): string;
  /** Wakes the cell that waits. */
  reply(message: ChannelMessage): void;
}

/** What running cells ask the user; whoever asks sleeps until there is an answer. */
export class Questions {
  constructor(private readonly options: QuestionsOptions) {}

  ask(cell: RunningCell | undefined, { prompt, password }: ChannelMessage): void {
    const refuse = (refused: string): void => this.options.reply({ op: 'input', reply: { refused } });
    if (!cell) return refuse('Only the running cell can ask for input, not its background tasks or comms.');
    if (cell.request.content['allow_stdin'] !== true)
      return refuse(
        'This front end does not answer questions (allow_stdin is false): give the value in the cell instead.',
      );
    cell.question = this.options.ask(cell.request, { prompt, password: password === true });
  }

  /** The user's answer. */
  answer(reply: Message): void {
    const asked = reply.parentHeader.msg_id;
    const { value } = reply.content;
    // An answer that comes too late, or to another question, is nobody's.
    const cell = this.options
      .running()
      .find(({ question }) => question !== undefined && (typeof asked !== 'string' || asked === question));
    if (!cell) return;
    cell.question = undefined;
    this.options.reply({ op: 'input', reply: { value: typeof value === 'string' ? value : String(value ?? '') } });
  }
}
