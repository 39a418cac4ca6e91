import { createRequire } from 'node:module';
import { protocolVersion, type JsonObject } from '../protocol/message.js';

const { version } = createRequire(import.meta.url)('../../../package.json') as { version: string };

/** The content of a `kernel_info_reply`. */
export function kernelInfo(): JsonObject {
  return {
    status: 'ok',
    protocol_version: protocolVersion,
    implementation: 'spikelab',
    implementation_version: version,
    language_info: {
      name: 'typescript',
      version: '5.9',
      mimetype: 'text/typescript',
      file_extension: '.ts',
      pygments_lexer: 'typescript',
      codemirror_mode: { name: 'javascript', typescript: true },
      nbconvert_exporter: 'script',
    },
    banner: `Spikelab ${version} · TypeScript on Node ${process.versions.node} · spiking neural networks as \`snn\``,
    debugger: true,
    help_links: [
      { text: 'TypeScript', url: 'https://www.typescriptlang.org/docs/' },
      { text: 'Node.js', url: 'https://nodejs.org/docs/latest/api/' },
    ],
    supported_features: ['debugger', 'kernel subshells'],
  };
}
