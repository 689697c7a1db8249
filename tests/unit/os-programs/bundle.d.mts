/** Bundles a file beside this one; the name of what was made, in a folder that is not the project's. */
export function bundle(entry: string): Promise<string>;
