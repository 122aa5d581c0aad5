/** Returns the Node to run on; installs what is missing first. */
export function ensureInstalled(root: string): Promise<string>;

/** The oldest Node, by its first number, that the service runs on. */
export const oldestNode: number;
