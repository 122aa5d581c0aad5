import { randomUUID } from "node:crypto";
import { glob, readFile } from "node:fs/promises";
import path from "node:path";
import { pathToFileURL } from "node:url";
import type { CoreContext, HostLog, InvocationRequest, InvocationResponse } from "./coreTypes.ts";
import type { ProgrammingModel, RegisteredFunction } from "./coreTypes.ts";
import { openRegistry, type HookName, type Registry } from "./registry.ts";

/** An app that is loaded into this process, the worker: its functions, and the one way to call them. */
export interface LoadedApp {
  readonly functions: readonly RegisteredFunction[];
  /** Where the app takes the raw requests of streaming calls; undefined when it does not stream. */
  readonly streamUri: string | undefined;
  /** Runs one invocation with its hooks; throws what the handler threw. `onBegun` is called once the app has its input. */
  invoke(target: RegisteredFunction, call: Call, onBegun?: () => void): Promise<InvocationResponse>;
  /** Runs the appTerminate hooks. */
  terminate(): Promise<void>;
}

/** One call, as a listener asks for it. */
export interface Call {
  readonly invocationId?: string;
  readonly input: InvocationRequest["inputData"][number]["data"];
  readonly triggerMetadata: InvocationRequest["triggerMetadata"];
}

/**
 * Loads the app below `appRoot` in the order of the Node worker: package.json, every file that `main` matches, the
 * appStart hooks, then no more registrations, then the library's capabilities.
 */
export async function loadFunctionApp(appRoot: string, log: HostLog): Promise<LoadedApp> {
  const registry = openRegistry(log);
  await loadEntryPoints(appRoot, log);
  const appHookData = {};
  const appLevelHookData = {};
  await runHooks(registry, "appStart", { hookData: appLevelHookData, appHookData, functionAppDirectory: appRoot });
  registry.close();
  const model = registry.programmingModel();
  if (model === undefined || registry.functions.size === 0) {
    throw new Error(
      `The app below ${appRoot} registered no function. Does "main" in package.json match the build, and was this ` +
        "build not loaded before in this process?",
    );
  }
  const capabilities = await model.getCapabilities({});
  const runtime = { registry, model, appHookData, log };
  return {
    functions: [...registry.functions.values()].toSorted(byName),
    streamUri: capabilities["HttpUri"],
    invoke: (target, call, onBegun) => invoke(runtime, target, call, onBegun),
    terminate: () => runHooks(registry, "appTerminate", { hookData: appLevelHookData, appHookData }),
  };
}

function byName(left: RegisteredFunction, right: RegisteredFunction): number {
  return left.metadata.name.toLowerCase() < right.metadata.name.toLowerCase() ? -1 : 1;
}

async function loadEntryPoints(appRoot: string, log: HostLog): Promise<void> {
  const packageJson: { readonly main?: string } = JSON.parse(
    await readFile(path.join(appRoot, "package.json"), "utf8"),
  );
  if (packageJson.main === undefined) throw new Error(`package.json below ${appRoot} has no "main".`);
  const files: string[] = [];
  for await (const file of glob(packageJson.main, { cwd: appRoot })) files.push(file);
  if (files.length === 0) {
    throw new Error(`"main" (${packageJson.main}) matches no file below ${appRoot}. Was the app built?`);
  }
  // One file that throws while loading blocks the whole app, there as here.
  for (const file of files.toSorted()) {
    log("debug", "host", `Loading ${file}.`);
    await import(pathToFileURL(path.join(appRoot, file)).href);
  }
}

interface Runtime {
  readonly registry: Registry;
  readonly model: ProgrammingModel;
  readonly appHookData: object;
  readonly log: HostLog;
}

async function invoke(
  runtime: Runtime,
  target: RegisteredFunction,
  call: Call,
  onBegun?: () => void,
): Promise<InvocationResponse> {
  const { registry, appHookData } = runtime;
  const core = createContext(runtime, target, call);
  const model = await runtime.model.getInvocationModel(core);
  const { context, inputs } = await model.getArguments();
  onBegun?.();
  const hookData = {};
  const shared = { hookData, appHookData, invocationContext: context };

  const before = { ...shared, functionCallback: target.callback, inputs };
  core.state = "preInvocationHooks";
  await runHooks(registry, "preInvocation", before);

  const after: AfterInvocation = { ...shared, inputs: before.inputs, result: null, error: null };
  core.state = "invocation";
  try {
    after.result = await model.invokeFunction(context, before.inputs, before.functionCallback);
  } catch (error) {
    after.error = error ?? new Error("The handler threw nothing (undefined or null).");
  }
  core.state = "postInvocationHooks";
  await runHooks(registry, "postInvocation", after);
  core.state = undefined;

  // A hook may have mended the error, or made one.
  if (after.error !== null && after.error !== undefined) throw after.error;
  return model.getResponse(context, after.result);
}

interface AfterInvocation {
  readonly hookData: object;
  readonly appHookData: object;
  readonly invocationContext: unknown;
  readonly inputs: unknown[];
  result: unknown;
  error: unknown;
}

function createContext({ registry, log }: Runtime, { metadata }: RegisteredFunction, call: Call): CoreContext {
  const invocationId = call.invocationId ?? randomUUID();
  const triggerName = Object.entries(metadata.bindings).find(([, binding]) => binding.type.endsWith("Trigger"))?.[0];
  const inputData = [{ name: triggerName ?? "", data: call.input }];
  return {
    invocationId,
    metadata,
    state: undefined,
    request: { invocationId, functionId: metadata.name, inputData, triggerMetadata: call.triggerMetadata },
    log(level, category, message) {
      const entry = { level, category, message, hookData: {}, appHookData: {}, invocationContext: undefined };
      for (const hook of registry.hooks.log) hook(entry);
      log(entry.level, `${category}.${metadata.name}`, entry.message);
    },
  };
}

async function runHooks(registry: Registry, name: HookName, context: object): Promise<void> {
  for (const hook of registry.hooks[name]) await hook(context);
}
