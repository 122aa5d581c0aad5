/** Returns the Node to run on; installs what is missing first. */
export function ensureInstalled(root: string): Promise<string>;
