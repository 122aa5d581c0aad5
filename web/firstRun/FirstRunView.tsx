import { Empty } from "../parts/Empty.tsx";
import { useMe } from "../parts/Me.tsx";
import { Tabs } from "../parts/Tabs.tsx";
import { ViewHead } from "../parts/ViewHead.tsx";
import { FileWay } from "./file/FileWay.tsx";
import { PackageWay } from "./PackageWay.tsx";
import { SamplesWay } from "./samples/SamplesWay.tsx";
import "./firstRun.css";

const tabs = [
  { name: "file", text: "Drop a file", content: () => <FileWay /> },
  { name: "package", text: "Import a data package", content: () => <PackageWay /> },
  { name: "samples", text: "Load the sample entities", content: () => <SamplesWay /> },
];

/** From a file to a running job: three ways in for who begins. */
export function Component() {
  const { mayManage } = useMe();
  return (
    <main className="view">
      <ViewHead title="From a file to a running job" crumbs={[{ to: "/", text: "Data management" }]} />
      {mayManage ? (
        <Tabs label="Ways in" tabs={tabs} />
      ) : (
        <Empty title="You may look and not change">
          Entities, projects and jobs are made by somebody with the role Integration.Manage.
        </Empty>
      )}
    </main>
  );
}
