import { Error, RegExp } from '../common/intrinsics.js';

/** `npm:@scope/name@1.2/part`, as Deno names what a registry has: package, version, file in it. */
const registry = new RegExp('^(npm|jsr):/?((?:@[^/@]+/)?[^/@]+)(@[^/]*)?(/.*)?$');

/**
 * An error that names the way out, for an import as Deno and browsers have it: by the name of a registry, or from the
 * network.
 */
export function foreignSpecifier(specifier: string): Error | undefined {
  const [, from, name, version = '', part = ''] = registry.exec(specifier) ?? [];
  if (name !== undefined) {
    const install = from === 'jsr' ? `npx jsr add ${name}${version}` : `npm install ${name}${version}`;
    return new Error(
      `'${specifier}' is how Deno names a package. Here: \`${install}\` in the notebook's folder, then import '${name}${part}'.`,
    );
  }
  if (!/^https?:/.test(specifier)) return undefined;
  return new Error(
    `'${specifier}' would be loaded from the network, which Node does not do. Install the package with npm and import it by its name, or save the file beside the notebook.`,
  );
}
