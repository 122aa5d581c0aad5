import { createServer } from "node:net";

/** A port that is ours, though nothing answers on it yet. */
export interface HeldPort {
  readonly port: number;
  /** Lets it go, for whoever listens on it at once. */
  release(): Promise<void>;
}

/**
 * Takes a port of this machine's loopback address; undefined when somebody has it. 0 stands for any. It is held until a
 * service listens, because a start takes seconds in which any program may get the port for a connection of its own.
 */
export function holdPort(port: number): Promise<HeldPort | undefined> {
  const server = createServer((socket) => socket.destroy());
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "EADDRINUSE") resolve(undefined);
      else if (error.code === "EACCES")
        reject(new Error(`This user may not listen on port ${port}.`, { cause: error }));
      else reject(error);
    });
    server.listen(port, "127.0.0.1", () => {
      const address = server.address();
      const held = address !== null && typeof address === "object" ? address.port : port;
      resolve({ port: held, release: () => new Promise((done) => server.close(() => done())) });
    });
  });
}
