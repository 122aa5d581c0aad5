import { useMutation, useQueryClient } from "@tanstack/react-query";

/** Does something by the API; whatever the page shows is asked for anew behind it, because much may have changed. */
export function useChange<A, R>(change: (argument: A) => Promise<R>) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSuccess: () => queries.invalidateQueries(),
    // Why nothing was done is said at once: with the network away, asking anew takes its time too.
    onError: () => void queries.invalidateQueries(),
  });
}
