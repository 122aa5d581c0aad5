import { createServer } from "node:net";

/** Whether this machine's loopback address has the port free; 0 stands for any, and the port found is given. */
export function findPort(port: number): Promise<number | undefined> {
  const server = createServer();
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "EADDRINUSE") resolve(undefined);
      else if (error.code === "EACCES")
        reject(new Error(`This user may not listen on port ${port}.`, { cause: error }));
      else reject(error);
    });
    server.listen(port, "127.0.0.1", () => {
      const address = server.address();
      const found = address !== null && typeof address === "object" ? address.port : port;
      server.close(() => resolve(found));
    });
  });
}
