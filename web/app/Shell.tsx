import { Spinner } from "@fluentui/react-components";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { Outlet, ScrollRestoration, useLocation, useNavigation } from "react-router";
import { read } from "../api/api.ts";
import { useApi } from "../api/ApiContext.tsx";
import { Failure } from "../parts/Failure.tsx";
import { MeProvider } from "../parts/Me.tsx";
import { PageLink } from "../parts/PageLink.tsx";
import { Person } from "./Person.tsx";

/** What stands around every view: where one is, who one is, and nothing before that is known. */
export function Shell() {
  const api = useApi();
  const me = useQuery({
    queryKey: ["me"],
    queryFn: async ({ signal }) => read(await api.GET("/manage/api/me", { signal })),
    staleTime: Infinity,
    refetchInterval: false,
  });
  const isLoading = useNavigation().state === "loading";

  // Whoever is known stays so while the network is away: what somebody typed is not lost with it.
  if (me.error && !me.data)
    return <Failure error={me.error} what="You cannot be signed in" retry={() => void me.refetch()} />;
  if (!me.data) return <Spinner className="starting" label="Signing in …" />;
  return (
    <MeProvider me={me.data}>
      <a className="skip" href="#view">
        Go to the content
      </a>
      <header className="shell">
        <nav aria-label="Page">
          <PageLink to="/" className="brand">
            Recurring integrations
          </PageLink>
          <PageLink to="/messages">Messages</PageLink>
          <PageLink to="/entities">Entities</PageLink>
          <PageLink to="/formats">Formats</PageLink>
          <PageLink to="/stylesheets">Stylesheets</PageLink>
          <PageLink to="/number-sequences">Number sequences</PageLink>
          <PageLink to="/webhooks">Webhooks</PageLink>
        </nav>
        <Person />
      </header>
      <div id="view" tabIndex={-1} aria-busy={isLoading}>
        <Outlet />
      </div>
      <FocusOnView />
      <ScrollRestoration />
    </MeProvider>
  );
}

/** Whoever reads by ear, or goes by keys, begins anew where another view begins. */
function FocusOnView() {
  const { pathname } = useLocation();
  const shown = useRef(pathname);
  useEffect(() => {
    if (shown.current === pathname) return;
    shown.current = pathname;
    document.getElementById("view")?.focus({ preventScroll: true });
  }, [pathname]);
  return null;
}
