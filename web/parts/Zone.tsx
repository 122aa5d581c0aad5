import { createContext, type ReactNode, useContext, useState } from "react";

export type Zone = "local" | "utc";

interface ZoneChoice {
  readonly zone: Zone;
  readonly choose: (zone: Zone) => void;
}

const key = "recurring-integrations.zone";
const ZoneContext = createContext<ZoneChoice>({ zone: "local", choose: () => undefined });

/** In which zone the page shows times: the viewer's own, or UTC. */
export function ZoneProvider({ children }: { readonly children: ReactNode }) {
  const [zone, setZone] = useState<Zone>(localStorage.getItem(key) === "utc" ? "utc" : "local");
  const choose = (next: Zone): void => {
    localStorage.setItem(key, next);
    setZone(next);
  };
  return <ZoneContext value={{ zone, choose }}>{children}</ZoneContext>;
}

export function useZone(): ZoneChoice {
  return useContext(ZoneContext);
}
