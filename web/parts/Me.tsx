import { createContext, type ReactNode, useContext } from "react";
import type { Schemas } from "../api/api.ts";

export type Me = Schemas["Me"];

const MeContext = createContext<Me | undefined>(undefined);

export function MeProvider({ me, children }: { readonly me: Me; readonly children: ReactNode }) {
  return <MeContext value={me}>{children}</MeContext>;
}

/** Who is signed in. */
export function useMe(): Me {
  const me = useContext(MeContext);
  if (!me) throw new Error("Nobody is signed in here.");
  return me;
}

/** What only a manager sees; the API refuses a reader all the same. */
export function ForManagers({ children }: { readonly children: ReactNode }) {
  return useMe().mayManage ? children : null;
}
