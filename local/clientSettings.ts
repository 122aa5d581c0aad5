import { exportActivityId, importActivityId, packageActivityId } from "./demo/definitions.ts";
import { clientApplication, tenantId } from "./issuer/applications.ts";

/** What one client is told, as it is pasted or typed there. */
export interface ClientSettings {
  readonly client: string;
  readonly language: "sh" | "powershell" | "text" | "js" | "python" | "json";
  readonly text: string;
}

interface Place {
  readonly baseUrl: string;
  /** In PEM, for clients that are told whom to trust. */
  readonly certificateFile: string;
}

const { clientId, secret } = clientApplication;

/** Of the demo's jobs, for a service with a certificate; docs/connect.md shows them for `https://localhost`. */
export function clientSettings(place: Place): readonly ClientSettings[] {
  return [
    curl(place),
    powerShell(place),
    powerShellModule(place),
    ris(place),
    node(place),
    python(place),
    logicApps(place),
  ];
}

const sample = "examples/customer-groups.csv";

function enqueueUrl(baseUrl: string): string {
  return `${baseUrl}/api/connector/enqueue/${importActivityId}?entity=Customer%20groups`;
}

function curl({ baseUrl, certificateFile }: Place): ClientSettings {
  const text = `TOKEN=$(curl -sS --cacert ${certificateFile} ${baseUrl}/${tenantId}/oauth2/v2.0/token \\
  -d grant_type=client_credentials -d client_id=${clientId} \\
  -d client_secret=${secret} -d scope=${baseUrl}/.default | grep -o '"access_token":"[^"]*' | cut -d'"' -f4)
curl -sS --cacert ${certificateFile} -H "Authorization: Bearer $TOKEN" \\
  --data-binary @${sample} "${enqueueUrl(baseUrl)}"`;
  return { client: "curl", language: "sh", text };
}

function powerShell({ baseUrl }: Place): ClientSettings {
  const text = `$form = @{
  grant_type = 'client_credentials'; client_id = '${clientId}'
  client_secret = '${secret}'; scope = '${baseUrl}/.default'
}
$token = (Invoke-RestMethod -Method Post -Body $form '${baseUrl}/${tenantId}/oauth2/v2.0/token').access_token
Invoke-RestMethod -Method Post -InFile ${sample} -ContentType text/csv -Headers @{ Authorization = "Bearer $token" } \`
  '${enqueueUrl(baseUrl)}'`;
  return { client: "PowerShell", language: "powershell", text };
}

function powerShellModule({ baseUrl }: Place): ClientSettings {
  const text = `Import-Module PSFramework
Set-PSFConfig -FullName d365fo.integrations.azure.tenant.oauth.token -Value '${baseUrl}/{0}/oauth2/token'
Import-Module d365fo.integrations
Add-D365ODataConfig -Name local -Tenant ${tenantId} -Url ${baseUrl} \`
  -ClientId ${clientId} -ClientSecret ${secret}
Set-D365ActiveODataConfig -Name local
Import-D365DmfPackage -Path package.zip -JobId ${packageActivityId}
Export-D365DmfPackage -Path . -JobId ${exportActivityId}`;
  return { client: "d365fo.integrations", language: "powershell", text };
}

function ris({ baseUrl }: Place): ClientSettings {
  const text = `Instance
  URL                             ${baseUrl}
  Azure authentication endpoint   ${baseUrl}
  Azure tenant                    ${tenantId}
Azure application
  Client id                       ${clientId}
  Secret                          ${secret}
Upload job      activity id       ${importActivityId}   entity   Customer groups
                of packages       ${packageActivityId}
Download job    activity id       ${exportActivityId}
Import job      data project      Customer groups by package             company  USMF
Export job      data project      Customer groups out                    company  USMF`;
  return { client: "Recurring Integrations Scheduler", language: "text", text };
}

function node({ baseUrl, certificateFile }: Place): ClientSettings {
  const text = `// NODE_EXTRA_CA_CERTS=${certificateFile} node send.mjs
import { ClientSecretCredential } from "@azure/identity";
import { readFile } from "node:fs/promises";

const credential = new ClientSecretCredential("${tenantId}", "${clientId}", "${secret}", {
  authorityHost: "${baseUrl}",
  disableInstanceDiscovery: true,
});
const { token } = await credential.getToken("${baseUrl}/.default");
const answer = await fetch("${enqueueUrl(baseUrl)}", {
  method: "POST",
  headers: { authorization: \`Bearer \${token}\` },
  body: await readFile("${sample}"),
});
console.log(answer.status, await answer.text());`;
  return { client: "Node", language: "js", text };
}

function python({ baseUrl, certificateFile }: Place): ClientSettings {
  const text = `# REQUESTS_CA_BUNDLE=${certificateFile} python3 send.py
import msal, requests

application = msal.ConfidentialClientApplication(
    "${clientId}", client_credential="${secret}",
    authority="${baseUrl}/${tenantId}", instance_discovery=False)
token = application.acquire_token_for_client(["${baseUrl}/.default"])
with open("${sample}", "rb") as file:
    answer = requests.post("${enqueueUrl(baseUrl)}",
        data=file, headers={"Authorization": "Bearer " + token["access_token"]})
print(answer.status_code, answer.text)`;
  return { client: "Python", language: "python", text };
}

function logicApps({ baseUrl }: Place): ClientSettings {
  const text = `"authentication": {
  "type": "ActiveDirectoryOAuth",
  "authority": "${baseUrl}",
  "tenant": "${tenantId}",
  "audience": "${baseUrl}",
  "clientId": "${clientId}",
  "secret": "${secret}"
}`;
  return { client: "Logic Apps, in each HTTP action", language: "json", text };
}
