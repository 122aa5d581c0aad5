import { createBrowserRouter, type RouteObject } from "react-router";
import { NothingHere, ViewFailed } from "./NothingHere.tsx";
import { Shell } from "./Shell.tsx";
import { SignedOut } from "./SignedOut.tsx";

type View = NonNullable<RouteObject["lazy"]>;

/** The list of a kind of definitions, a new one, and one by its name, which may be "new" as well. */
function definitions(list: string, all: View, fresh: View, one: View): readonly RouteObject[] {
  return [
    { path: list, lazy: all },
    { path: `${list}/new`, lazy: fresh },
    { path: `${list}/:name`, lazy: one },
    { path: `${list}/named/:name`, lazy: one },
  ];
}

/** Each view is a chunk of its own, loaded when somebody goes there. */
const views: readonly RouteObject[] = [
  { index: true, lazy: () => import("../workspace/WorkspaceView.tsx") },
  { path: "start", lazy: () => import("../firstRun/FirstRunView.tsx") },
  { path: "jobs/new", lazy: () => import("../jobs/form/NewJobView.tsx") },
  { path: "jobs/:activityId/edit", lazy: () => import("../jobs/form/EditJobView.tsx") },
  { path: "jobs/:activityId/*", lazy: () => import("../jobs/JobView.tsx") },
  { path: "messages", lazy: () => import("../messageList/MessageListView.tsx") },
  { path: "messages/:id", lazy: () => import("../messages/MessageView.tsx") },
  { path: "executions/:id", lazy: () => import("../executions/ExecutionView.tsx") },
  ...definitions(
    "entities",
    () => import("../entities/EntityListView.tsx"),
    () => import("../entities/NewEntityView.tsx"),
    () => import("../entities/EntityView.tsx"),
  ),
  ...definitions(
    "formats",
    () => import("../formats/FormatListView.tsx"),
    () => import("../formats/NewFormatView.tsx"),
    () => import("../formats/FormatView.tsx"),
  ),
  ...definitions(
    "number-sequences",
    () => import("../numberSequences/SequenceListView.tsx"),
    () => import("../numberSequences/NewSequenceView.tsx"),
    () => import("../numberSequences/SequenceView.tsx"),
  ),
  ...definitions(
    "stylesheets",
    () => import("../stylesheets/StylesheetListView.tsx"),
    () => import("../stylesheets/NewStylesheetView.tsx"),
    () => import("../stylesheets/StylesheetView.tsx"),
  ),
  ...definitions(
    "webhooks",
    () => import("../webhooks/WebhookListView.tsx"),
    () => import("../webhooks/NewWebhookView.tsx"),
    () => import("../webhooks/WebhookView.tsx"),
  ),
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
