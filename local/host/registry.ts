import { Module } from "node:module";
import { version } from "node:process";
import type { FunctionCallback, FunctionMetadata, HookCallback } from "./coreTypes.ts";
import type { HostLog, LogLevel, ProgrammingModel, RegisteredFunction } from "./coreTypes.ts";

const hookNames = ["appStart", "appTerminate", "preInvocation", "postInvocation", "log"] as const;
export type HookName = (typeof hookNames)[number];

/** What an app registered while it was loaded. */
export interface Registry {
  readonly functions: ReadonlyMap<string, RegisteredFunction>;
  readonly hooks: Readonly<Record<HookName, readonly HookCallback[]>>;
  programmingModel(): ProgrammingModel | undefined;
  /** After this a registration is refused, as the worker refuses it once the app has started. */
  close(): void;
}

interface OpenRegistry extends Registry {
  readonly coreModule: object;
}

let current: OpenRegistry | undefined;

/**
 * Makes `require("@azure/functions-core")` answer with a new registry, as the Node worker does. The module replaces
 * `Module.prototype.require` once; whichever library asks first after this call belongs to this registry.
 */
export function openRegistry(log: HostLog): Registry {
  if (current === undefined) interceptRequire();
  current = createRegistry(log);
  return current;
}

function interceptRequire(): void {
  // oxlint-disable-next-line typescript/unbound-method -- the proxy passes on whatever `this` it is called with.
  Module.prototype.require = new Proxy(Module.prototype.require, {
    apply(target, thisArgument, args) {
      if (args[0] === "@azure/functions-core") return current?.coreModule;
      return Reflect.apply(target, thisArgument, args);
    },
  });
}

function createRegistry(log: HostLog): OpenRegistry {
  const functions = new Map<string, RegisteredFunction>();
  const hooks: Record<HookName, HookCallback[]> = {
    appStart: [],
    appTerminate: [],
    preInvocation: [],
    postInvocation: [],
    log: [],
  };
  let model: ProgrammingModel | undefined;
  let isClosed = false;
  const refuseWhenClosed = (what: string): void => {
    if (isClosed) throw systemError(new Error(`${what} came after the app was loaded; register at the top level.`));
  };
  const coreModule = {
    version,
    hostVersion: "4.1000.0",
    Disposable: CallbackDisposable,
    log: (level: LogLevel, category: string, message: string) => log(level, category, message),
    setProgrammingModel: (chosen: ProgrammingModel) => void (model = chosen),
    getProgrammingModel: () => model,
    registerFunction(metadata: FunctionMetadata, callback: FunctionCallback): CallbackDisposable {
      refuseWhenClosed(`The registration of "${metadata.name}"`);
      if (functions.has(metadata.name)) {
        throw systemError(new Error(`Two functions are called "${metadata.name}": every name must be unique.`));
      }
      functions.set(metadata.name, { metadata, callback });
      return new CallbackDisposable(() => void functions.delete(metadata.name));
    },
    registerHook(name: string, callback: HookCallback): CallbackDisposable {
      const known = hookNames.find((hookName) => hookName === name);
      if (known === undefined) throw systemError(new RangeError(`There is no hook "${name}".`));
      refuseWhenClosed(`The hook "${name}"`);
      hooks[known].push(callback);
      return new CallbackDisposable(() => void (hooks[known] = hooks[known].filter((other) => other !== callback)));
    },
  };
  return { coreModule, functions, hooks, programmingModel: () => model, close: () => void (isClosed = true) };
}

/** The library tells the worker's own errors from the app's by this mark. */
function systemError(error: Error): Error {
  return Object.assign(error, { isAzureFunctionsSystemError: true });
}

// The library expects a class here, because that is what the worker exports under this name.
class CallbackDisposable {
  readonly dispose: () => void;

  constructor(onDispose: () => void) {
    this.dispose = onDispose;
  }
}
