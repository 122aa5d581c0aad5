import { createBrowserRouter, type RouteObject } from "react-router";
import { NothingHere, ViewFailed } from "./NothingHere.tsx";
import { Shell } from "./Shell.tsx";
import { SignedOut } from "./SignedOut.tsx";

/** Each view is a chunk of its own, loaded when somebody goes there. */
const views: readonly RouteObject[] = [
  { index: true, lazy: () => import("../workspace/WorkspaceView.tsx") },
  { path: "jobs/new", lazy: () => import("../jobs/form/NewJobView.tsx") },
  { path: "jobs/:activityId/edit", lazy: () => import("../jobs/form/EditJobView.tsx") },
  { path: "jobs/:activityId/*", lazy: () => import("../jobs/JobView.tsx") },
  { path: "messages/:id", lazy: () => import("../messages/MessageView.tsx") },
  { path: "executions/:id", lazy: () => import("../executions/ExecutionView.tsx") },
  { path: "entities", lazy: () => import("../entities/EntityListView.tsx") },
  { path: "entities/new", lazy: () => import("../entities/NewEntityView.tsx") },
  ...["entities/:name", "entities/named/:name"].map((path) => ({
    path,
    lazy: () => import("../entities/EntityView.tsx"),
  })),
  { path: "formats", lazy: () => import("../formats/FormatListView.tsx") },
  { path: "formats/new", lazy: () => import("../formats/NewFormatView.tsx") },
  ...["formats/:name", "formats/named/:name"].map((path) => ({
    path,
    lazy: () => import("../formats/FormatView.tsx"),
  })),
  { path: "number-sequences", lazy: () => import("../numberSequences/SequenceListView.tsx") },
  { path: "number-sequences/new", lazy: () => import("../numberSequences/NewSequenceView.tsx") },
  ...["number-sequences/:name", "number-sequences/named/:name"].map((path) => ({
    path,
    lazy: () => import("../numberSequences/SequenceView.tsx"),
  })),
  { path: "stylesheets", lazy: () => import("../stylesheets/StylesheetListView.tsx") },
  { path: "stylesheets/new", lazy: () => import("../stylesheets/NewStylesheetView.tsx") },
  ...["stylesheets/:name", "stylesheets/named/:name"].map((path) => ({
    path,
    lazy: () => import("../stylesheets/StylesheetView.tsx"),
  })),
  { path: "projects/:name", lazy: () => import("../projects/ProjectPlace.tsx") },
  { path: "projects/:name/lines/:entity", lazy: () => import("../projects/line/LineView.tsx") },
  { path: "*", Component: NothingHere },
];

export function createRoutes(): ReturnType<typeof createBrowserRouter> {
  const shell = { Component: Shell, ErrorBoundary: ViewFailed, HydrateFallback: () => null };
  const children = views.map((view) => ({ ...view, ErrorBoundary: ViewFailed }));
  // Whoever comes there is not asked to sign in.
  const outside = { path: "signed-out", Component: SignedOut };
  return createBrowserRouter([outside, { ...shell, children }], { basename: "/manage" });
}
