import { Button, Field, Input } from "@fluentui/react-components";
import { useState } from "react";
import { read } from "../api/api.ts";
import { useApi } from "../api/ApiContext.tsx";
import { useChange } from "../api/useChange.ts";
import { CopyText } from "../parts/CopyText.tsx";
import { Empty } from "../parts/Empty.tsx";
import { Failure } from "../parts/Failure.tsx";
import { useMe } from "../parts/Me.tsx";
import { Time } from "../parts/Time.tsx";

/** Another secret for the webhook; the service shows one that it made once, and never again. */
export function Secret({ name }: { readonly name: string }) {
  const api = useApi();
  const { mayManage } = useMe();
  const [given, setGiven] = useState("");
  const change = useChange(async () => {
    const body = given.trim() === "" ? {} : { secret: given.trim() };
    const answer = read(await api.POST("/manage/api/webhooks/{name}/secret", { params: { path: { name } }, body }));
    setGiven("");
    return answer;
  });
  if (!mayManage)
    return <Empty title="The secret is not shown">Somebody with the role Integration.Manage changes it.</Empty>;
  return (
    <section className="panel form" aria-label="Secret">
      <p className="prose">
        The receiver checks by it that a call comes from here. The one before signs as well for a day, so that the
        receiver can be changed in between.
      </p>
      <Field label="New secret" hint="Empty: one is made. For a topic of Event Grid, its access key.">
        <Input value={given} autoComplete="off" onChange={(_, { value }) => setGiven(value)} />
      </Field>
      {change.error && <Failure error={change.error} what="The secret stays as it is" />}
      <div className="row part-end">
        <Button appearance="primary" disabledFocusable={change.isPending} onClick={() => change.mutate(undefined)}>
          {change.isPending ? "Changing …" : "Change the secret"}
        </Button>
      </div>
      {change.data && (
        <div role="status">
          {change.data.secret !== undefined && (
            <p>
              It is shown here alone: <CopyText text={change.data.secret} what="the secret" />
            </p>
          )}
          {change.data.previousUntil !== undefined && (
            <p>
              The one before signs until <Time at={change.data.previousUntil} />.
            </p>
          )}
        </div>
      )}
    </section>
  );
}
