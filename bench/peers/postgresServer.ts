import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { accessSync, chownSync, constants, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

/** A server with a cluster of its own in a temporary folder, reached by a socket in that folder alone. */
export interface PostgresServer {
  readonly pid: number;
  readonly folder: string;
  /** A client of it, with its statements on stdin. */
  readonly client: ReturnType<typeof spawn>;
  stop(): Promise<void>;
}

/** The folder of the programs of PostgreSQL, undefined when there is no `postgres` on the PATH. */
export function findPostgres(): string | undefined {
  const folders = (process.env["PATH"] ?? "").split(path.delimiter).filter((folder) => folder !== "");
  const found = folders.map((folder) => path.join(folder, "postgres")).find(isProgram);
  return found === undefined ? undefined : path.dirname(realpathSync(found));
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

export async function startServer(programs: string): Promise<PostgresServer> {
  const root = mkdtempSync(path.join(tmpdir(), "postgres-bench-"));
  const [data, socket] = [path.join(root, "data"), path.join(root, "socket")];
  mkdirSync(socket);
  const user = unprivileged();
  for (const folder of [root, socket]) if (user) chownSync(folder, user.uid, user.gid);
  const options = { ...user, cwd: root, env: { ...process.env, HOME: root, PGHOST: socket } };
  const program = (name: string): string => path.join(programs, name);
  const made = spawnSync(
    program("initdb"),
    ["-D", data, "-U", "bench", "-A", "trust", "-E", "UTF8", "--locale=C"],
    options,
  );
  if (made.status !== 0) throw new Error(`initdb failed: ${made.stderr.toString()}`);
  const settings = ["-c", "listen_addresses=", "-c", `unix_socket_directories=${socket}`];
  const server = spawn(program("postgres"), ["-D", data, ...settings], { ...options, stdio: "ignore" });
  const exited = once(server, "exit");
  await untilReady(() => spawnSync(program("pg_isready"), ["-q"], options).status === 0);
  const client = spawn(program("psql"), ["-U", "bench", "-X", "-d", "postgres", "-v", "ON_ERROR_STOP=1"], {
    ...options,
    stdio: ["pipe", "pipe", "inherit"],
  });
  return {
    pid: server.pid ?? 0,
    folder: root,
    client,
    async stop() {
      client.stdin?.end();
      server.kill("SIGINT");
      await exited;
      rmSync(root, { recursive: true });
    },
  };
}

const readyTries = 100;
const readyPauseMs = 100;

async function untilReady(isReady: () => boolean): Promise<void> {
  for (let tries = 0; tries < readyTries; tries += 1) {
    if (isReady()) return;
    await new Promise((resolve) => setTimeout(resolve, readyPauseMs));
  }
  throw new Error("PostgreSQL did not get ready.");
}

/** PostgreSQL refuses to run as root: then it runs as the user that Debian made for it, or as nobody. */
function unprivileged(): { readonly uid: number; readonly gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const lines = readFileSync("/etc/passwd", "utf8").split("\n");
  for (const name of ["postgres", "nobody"]) {
    const [, , uid, gid] = lines.find((line) => line.startsWith(`${name}:`))?.split(":") ?? [];
    if (uid !== undefined && gid !== undefined) return { uid: Number(uid), gid: Number(gid) };
  }
  throw new Error('PostgreSQL does not run as root, and there is no user "postgres" or "nobody".');
}
