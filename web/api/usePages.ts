import { type InfiniteData, useInfiniteQuery } from "@tanstack/react-query";
import { useEffect, useMemo } from "react";

interface PageOf<T> {
  readonly items: readonly T[];
  readonly continuation?: string;
}

/**
 * A list of the API as far as somebody has scrolled: `more` reads the next page, and is absent on the last. It is asked for
 * anew as all views are, or each `refetchInterval`.
 */
export function usePages<P extends PageOf<unknown>>(
  queryKey: readonly unknown[],
  readPage: (continuation: string | undefined, signal: AbortSignal) => Promise<P>,
  refetchInterval?: number,
) {
  const query = useInfiniteQuery<P, Error, InfiniteData<P>, readonly unknown[], string | undefined>({
    queryKey,
    queryFn: ({ pageParam, signal }) => readPage(pageParam, signal),
    initialPageParam: undefined,
    ...(refetchInterval !== undefined && { refetchInterval }),
    getNextPageParam: (last) => last.continuation,
  });
  const items = useMemo(
    (): readonly P["items"][number][] => query.data?.pages.flatMap((page) => page.items) ?? [],
    [query.data],
  );
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = query;
  const more = hasNextPage && !isFetchingNextPage ? () => void fetchNextPage() : undefined;
  // A page of a filtered list may hold nothing, and the next ones what is looked for.
  const isBare = items.length === 0 && hasNextPage && !isFetchingNextPage;
  useEffect(() => {
    if (isBare) void fetchNextPage();
  }, [isBare, fetchNextPage]);
  return { query, items, more, hasMore: hasNextPage };
}
