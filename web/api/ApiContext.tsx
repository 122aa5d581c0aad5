import { createContext, type ReactNode, useContext } from "react";
import type { Session } from "../session/session.ts";
import type { Api } from "./api.ts";

interface Connection {
  readonly api: Api;
  readonly session: Session;
}

const ConnectionContext = createContext<Connection | undefined>(undefined);

export function ApiProvider({ api, session, children }: Connection & { readonly children: ReactNode }) {
  return <ConnectionContext value={{ api, session }}>{children}</ConnectionContext>;
}

/** The management API, and the session of who asks it. */
export function useConnection(): Connection {
  const connection = useContext(ConnectionContext);
  if (!connection) throw new Error("This stands outside of the page.");
  return connection;
}

export function useApi(): Api {
  return useConnection().api;
}
