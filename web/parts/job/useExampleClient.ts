import { useQuery } from "@tanstack/react-query";
import { useConnection } from "../../api/ApiContext.tsx";

/** The application that jobs of a local service may be tried with; null where there is none, as in Azure. */
export function useExampleClient() {
  const { session } = useConnection();
  return useQuery({
    queryKey: ["example-client"],
    staleTime: Infinity,
    refetchInterval: false,
    queryFn: async () => (await session.exampleClient()) ?? null,
  });
}

export type ExampleClient = NonNullable<ReturnType<typeof useExampleClient>["data"]>;
