import { spawn } from "node:child_process";

const repeatMs = 500;
const parentCheckMs = 250;
const forwardedSignals = ["SIGINT", "SIGTERM", "SIGHUP"];

/**
 * Runs a child to its end and passes signals on. Ctrl-C in a terminal reaches the whole process group, and npm passes
 * it on a second time; so a signal that comes twice at once is sent once. A detached child, in a group of its own, gets
 * it from here alone. (Windows has no groups: there the console tells everybody, and this process only waits.)
 */
export async function runToEnd(command, args, { onStart, ...options }) {
  const child = spawn(command, args, options);
  const send = onceAtATime((signal) => child.kill(signal));
  const forward = process.platform === "win32" ? () => {} : send;
  for (const signal of forwardedSignals) process.on(signal, forward);
  const watch = watchParent(() => send("SIGTERM"));
  try {
    return await new Promise((resolve, reject) => {
      child.once("error", reject);
      child.once("exit", (code, signal) => resolve({ code, signal }));
      if (child.pid !== undefined) onStart?.(child.pid);
    });
  } finally {
    clearInterval(watch);
    for (const signal of forwardedSignals) process.off(signal, forward);
  }
}

function onceAtATime(send) {
  const lastSent = new Map();
  return (signal) => {
    const now = Date.now();
    if (now - (lastSent.get(signal) ?? 0) < repeatMs) return;
    lastSent.set(signal, now);
    send(signal);
  };
}

/** npm passes a signal to the shell between it and us, and that ends without passing it on: then we have no parent. */
function watchParent(onGone) {
  if (process.env.npm_lifecycle_event === undefined) return undefined;
  const parent = process.ppid;
  return setInterval(() => {
    if (process.ppid !== parent) onGone();
  }, parentCheckMs).unref();
}

/** Whether a process with this id runs now, ours or anybody's. */
export function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === "EPERM";
  }
}
