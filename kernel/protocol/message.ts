import { randomUUID } from 'node:crypto';

/** The version of the Jupyter messaging protocol this kernel speaks. 5.4 brought `iopub_welcome`. */
export const protocolVersion = '5.4';

/** A JSON object of a message. Contents come from outside: every field is checked where it is used. */
export type JsonObject = Record<string, unknown>;

export interface MessageHeader {
  readonly msg_id: string;
  readonly msg_type: string;
  readonly session: string;
  readonly username: string;
  readonly date: string;
  readonly version: string;
}

/** A message as the kernel handles it; the frames on the wire are `framing.ts`'s concern. */
export interface Message {
  /** Routing prefix on ROUTER sockets, topic on the iopub socket. */
  readonly identities: readonly Uint8Array[];
  readonly header: MessageHeader;
  readonly parentHeader: MessageHeader | JsonObject;
  readonly metadata: JsonObject;
  readonly content: JsonObject;
  readonly buffers: readonly Uint8Array[];
}

/**
 * The content of a message to be sent: an object, or its JSON as UTF-8 where it was made elsewhere and may be large.
 */
export type OutgoingContent = JsonObject | Uint8Array;

export type OutgoingMessage = Omit<Message, 'content'> & { readonly content: OutgoingContent };

/** What the sender of a message decides; header and identities are filled in. */
export interface Outgoing {
  readonly type: string;
  readonly content: OutgoingContent;
  readonly parent?: Message | undefined;
  readonly metadata?: JsonObject | undefined;
  readonly buffers?: readonly Uint8Array[] | undefined;
}

/** Makes messages of one kernel session. */
export class MessageFactory {
  readonly session = randomUUID();
  private counter = 0;

  /** Builds a message; replies (`parent` given) go back along the parent's identities. */
  make(out: Outgoing, identities?: readonly Uint8Array[]): OutgoingMessage {
    return {
      identities: identities ?? out.parent?.identities ?? [],
      header: {
        msg_id: `${this.session}_${this.counter++}`,
        msg_type: out.type,
        session: this.session,
        username: 'kernel',
        date: new Date().toISOString(),
        version: protocolVersion,
      },
      parentHeader: out.parent?.header ?? {},
      metadata: out.metadata ?? {},
      content: out.content,
      buffers: out.buffers ?? [],
    };
  }
}
