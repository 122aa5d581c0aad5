import { FluentProvider, webDarkTheme, webLightTheme } from "@fluentui/react-components";
import { QueryClientProvider } from "@tanstack/react-query";
import { useState } from "react";
import { RouterProvider } from "react-router";
import { createApi } from "../api/api.ts";
import { ApiProvider } from "../api/ApiContext.tsx";
import { createQueries } from "../api/queries.ts";
import { ZoneProvider } from "../parts/Zone.tsx";
import type { Session } from "../session/session.ts";
import { createRoutes } from "./routes.tsx";
import { useMedia } from "../parts/useMedia.ts";

/** Everything that the views stand on: the look of the system, the session, what was read, and the addresses. */
export function PageRoot({ session }: { readonly session: Session }) {
  const isDark = useMedia("(prefers-color-scheme: dark)");
  const [api] = useState(() => createApi(session));
  const [queries] = useState(createQueries);
  const [router] = useState(createRoutes);

  return (
    <FluentProvider theme={isDark ? webDarkTheme : webLightTheme} className="ground">
      <QueryClientProvider client={queries}>
        <ApiProvider api={api} session={session}>
          <ZoneProvider>
            {/* Not in a transition: until it came, what one typed next would go where the address led before. */}
            <RouterProvider router={router} useTransitions={false} />
          </ZoneProvider>
        </ApiProvider>
      </QueryClientProvider>
    </FluentProvider>
  );
}
