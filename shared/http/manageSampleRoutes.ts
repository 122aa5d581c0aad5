import { formatRequest } from "./manageFormatSchema.ts";
import { manifestAnswer, manifestQuery } from "./manageManifestSchema.ts";
import { previewAnswer } from "./managePreviewSchema.ts";
import { ask, change, type ManageRoute, page, read } from "./manageRoute.ts";
import { inferenceAnswer, sampleAnswer } from "./manageSampleAnswers.ts";
import { tryAnswer } from "./manageTrySchema.ts";

/** What is made of files that somebody has at hand: samples, packages and their manifests. */
export const sampleRoutes: Readonly<Record<string, ManageRoute>> = {
  manageInferEntity: change({
    method: "POST",
    path: "entities/{name}/infer",
    summary: "Proposes an entity and a field map from a sample file; stores nothing.",
    query: { format: "The source data format of the file; CSV when left out." },
    request: "file",
    answer: inferenceAnswer,
  }),
  manageTryFormat: ask({
    path: "formats/{name}/try",
    summary: "What a format makes of the first rows of a file, as it is saved or as the form has it; stores nothing.",
    query: {
      filename: "How messages call the file.",
      entity: "The data entity whose values the cells are to be, by the names of their columns.",
      limit: page.limit.replace("items", "rows are shown"),
    },
    request: "file",
    form: { part: "format", schema: formatRequest },
    answer: tryAnswer,
  }),
  manageSampleProject: change({
    method: "POST",
    path: "projects/{name}/sample",
    summary: "Adds or updates lines of an import project from a data file, or from a data package, and checks them.",
    query: {
      entity: "The data entity of a file.",
      format: "The source data format of a file.",
      filename: "The name to keep the sample under.",
    },
    request: "file",
    answer: sampleAnswer,
  }),
  manageGetSample: read({
    path: "projects/{name}/lines/{entity}/sample",
    summary: "The file that a line has as its sample, as it came.",
    answer: "file",
  }),
  managePreviewLine: change({
    method: "POST",
    path: "projects/{name}/lines/{entity}/preview",
    summary: "What an import of a file would come to, or of the line's sample where the body is empty; stores nothing.",
    query: {
      filename: "How messages call the file.",
      company: "The legal entity; required for a per-company entity.",
      limit: page.limit.replace("items", "rows are shown"),
    },
    request: "file",
    isBodyOptional: true,
    answer: previewAnswer,
  }),
  manageGetPackageTemplate: read({
    path: "projects/{name}/package-template",
    summary:
      "A data package for an import project, with its manifest and a file of column names for each enabled line.",
    answer: "file",
  }),
  manageProjectFromManifest: change({
    method: "POST",
    path: "projects/{name}/from-manifest",
    summary:
      "Makes an import project of a data package or its Manifest.xml, or replaces the lines of the one that If-Match names.",
    query: manifestQuery,
    request: "file",
    answer: manifestAnswer,
    hasPrecondition: true,
  }),
  manageCheckManifest: change({
    method: "POST",
    path: "projects/{name}/from-manifest/check",
    summary: "What project a data package or its Manifest.xml would make, with what is wrong with it; stores nothing.",
    query: manifestQuery,
    request: "file",
    answer: manifestAnswer,
  }),
};
