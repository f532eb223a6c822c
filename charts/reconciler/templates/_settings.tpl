{{/* RECONCILER_* of every part; what is empty is left out. */}}
{{- define "reconciler.ownSettings" -}}
RECONCILER_INSTALLATION: {{ required "installation: what is this installation called?" .Values.installation | quote }}
RECONCILER_ENVIRONMENTS: {{ join "," .Values.environments | quote }}
RECONCILER_CA_FILE: {{ ternary "/etc/reconciler/outside-ca/ca.crt" "" (ne .Values.outside.ca.existingConfigMap "") | quote }}
RECONCILER_LOG: {{ .Values.logs.level | quote }}
RECONCILER_LOG_FORMAT: {{ .Values.logs.format | quote }}
{{- end }}

{{/* Of whoever opens credentials and reaches outside systems. */}}
{{- define "reconciler.reachSettings" -}}
RECONCILER_KUBERNETES_NAMESPACE: {{ .Release.Namespace | quote }}
RECONCILER_STORE: {{ .Values.store | quote }}
RECONCILER_SIMULATORS: {{ include "reconciler.simulators" . | quote }}
RECONCILER_ENDPOINTS: {{ join "," .Values.outside.endpoints | quote }}
RECONCILER_PRIVATE_NETWORKS: {{ join "," .Values.outside.privateNetworks | quote }}
RECONCILER_NO_PROXY: {{ join "," .Values.outside.proxy.direct | quote }}
RECONCILER_VAULT_ADDRESS: {{ .Values.vault.address | quote }}
{{- if .Values.vault.address }}
RECONCILER_VAULT_LOGIN: {{ include "reconciler.vaultLogin" . | quote }}
RECONCILER_VAULT_MOUNT: {{ .Values.vault.mount | quote }}
RECONCILER_VAULT_NAMESPACE: {{ .Values.vault.namespace | quote }}
RECONCILER_VAULT_TRANSIT_KEY: {{ .Values.vault.transitKey | quote }}
RECONCILER_VAULT_CA_FILE: {{ ternary "/etc/reconciler/vault-ca/ca.crt" "" (ne .Values.vault.ca.existingConfigMap "") | quote }}
{{- end }}
{{- end }}

{{/* Of controller and runs alike. */}}
{{- define "reconciler.commonSettings" -}}
{{ include "reconciler.ownSettings" . }}
{{ include "reconciler.reachSettings" . }}
RECONCILER_START_WITHIN: {{ .Values.runs.startWithin | quote }}
RECONCILER_RUN_DEADLINE: {{ .Values.runs.deadline | quote }}
RECONCILER_STOP_GRACE: {{ .Values.runs.stopGrace | quote }}
RECONCILER_TRACES: {{ .Values.traces | quote }}
{{- end }}

{{- define "reconciler.repositorySettings" -}}
RECONCILER_REPOSITORY: {{ required "repository.url: which repository is followed?" .Values.repository.url | quote }}
RECONCILER_BRANCH: {{ .Values.repository.branch | quote }}
{{- end }}

{{- define "reconciler.hostSettings" -}}
{{- if .Values.host.kind }}
RECONCILER_HOST: {{ .Values.host.kind | quote }}
RECONCILER_HOST_REPOSITORY: {{ .Values.host.repository | quote }}
RECONCILER_HOST_URL: {{ .Values.host.url | quote }}
RECONCILER_HOST_MERGE: {{ .Values.host.merge | quote }}
RECONCILER_HOST_LOGIN: {{ include "reconciler.hostLogin" . | quote }}
{{- end }}
{{- end }}

{{- define "reconciler.controllerSettings" -}}
RECONCILER_ACTOR: controller
RECONCILER_RUNS: cluster
RECONCILER_RUNNER_TEMPLATE: /etc/reconciler/runner/runner.yaml
{{ include "reconciler.repositorySettings" . }}
RECONCILER_REPOSITORY_TOKEN_FILE: {{ ternary "/etc/reconciler/repository-token/token" "" (ne .Values.repository.token.existingSecret "") | quote }}
{{ include "reconciler.hostSettings" . }}
RECONCILER_ORGANIZATIONS: {{ join "," .Values.organizations | quote }}
RECONCILER_APPROVALS: {{ .Values.approvals | quote }}
RECONCILER_POLL_S: {{ .Values.repository.pollSeconds | quote }}
RECONCILER_VERIFY_S: {{ .Values.repository.verifySeconds | quote }}
{{- with .Values.repository }}
{{- if or .signers.existingConfigMap .keyring.existingConfigMap }}
RECONCILER_SIGNERS: {{ ternary "/etc/reconciler/signers/signers" "" (ne .signers.existingConfigMap "") | quote }}
RECONCILER_KEYRING: {{ ternary "/etc/reconciler/keyring/keyring.asc" "" (ne .keyring.existingConfigMap "") | quote }}
RECONCILER_SIGNED: {{ .signed | quote }}
{{- end }}
{{- end }}
RECONCILER_SHARDS: {{ .Values.controller.shards | quote }}
RECONCILER_DETECT_ONLY: {{ ternary "1" "" .Values.controller.detectOnly | quote }}
RECONCILER_OBSERVE: "0.0.0.0:9391"
RECONCILER_LISTEN: {{ ternary "0.0.0.0:8080" "" .Values.hooks.enabled | quote }}
RECONCILER_HOOK_SECRET_FILE: {{ ternary "/etc/reconciler/hooks/hooks" "" .Values.hooks.enabled | quote }}
{{- with .Values.mail }}
RECONCILER_MAIL: {{ .server | quote }}
{{- if .server }}
RECONCILER_MAIL_FROM: {{ .from | quote }}
RECONCILER_MAIL_LOGIN: {{ ternary "/etc/reconciler/mail-login/login" "" (ne .login.existingSecret "") | quote }}
{{- end }}
{{- end }}
{{- end }}

{{/* Of the portal. It gets no way to secrets and outside systems unless credentials are set there, and none to git unless
configuration is proposed there. */}}
{{- define "reconciler.portalSettings" -}}
{{ include "reconciler.ownSettings" . }}
RECONCILER_ACTOR: portal
RECONCILER_APPROVALS: {{ .Values.approvals | quote }}
RECONCILER_DETECT_ONLY: {{ ternary "1" "" .Values.controller.detectOnly | quote }}
RECONCILER_PORTAL_LISTEN: "0.0.0.0:8080"
{{- with .Values.portal }}
RECONCILER_PORTAL_ADDRESS: {{ .address | quote }}
RECONCILER_PORTAL_LOGIN: {{ .login | quote }}
{{- if eq .login "oidc" }}
RECONCILER_PORTAL_ISSUER: {{ .oidc.issuer | quote }}
RECONCILER_PORTAL_CLIENT: {{ .oidc.client | quote }}
RECONCILER_PORTAL_CLIENT_SECRET_FILE: {{ ternary "/etc/reconciler/client-secret/client-secret" "" (ne .oidc.secret.existingSecret "") | quote }}
RECONCILER_PORTAL_CLAIM: {{ .oidc.claim | quote }}
RECONCILER_PORTAL_SCOPES: {{ .oidc.scopes | quote }}
{{- else }}
RECONCILER_PORTAL_PROXY_HEADER: {{ .proxy.header | quote }}
{{- end }}
RECONCILER_PORTAL_PROXY_FROM: {{ join "," .proxy.networks | quote }}
RECONCILER_PORTAL_OPERATORS: {{ join "," .operators | quote }}
RECONCILER_PORTAL_CREDENTIALS: {{ ternary "1" "0" .credentials | quote }}
{{- end }}
{{- if .Values.portal.credentials }}
{{ include "reconciler.reachSettings" . }}
{{- end }}
{{- if .Values.portal.proposals.enabled }}
{{ include "reconciler.repositorySettings" . }}
RECONCILER_REPOSITORY_TOKEN_FILE: {{ ternary "/etc/reconciler/repository-token/token" "" (ne (include "reconciler.proposerToken" . | fromYaml).secret "") | quote }}
{{ include "reconciler.hostSettings" . }}
{{- end }}
{{- end }}

{{- define "reconciler.simulators" -}}
{{- $pairs := list }}
{{- range $type, $address := .Values.outside.simulators }}{{ $pairs = append $pairs (printf "%s=%s" $type $address) }}{{ end }}
{{- join "," $pairs }}
{{- end }}

{{- define "reconciler.vaultLogin" -}}
{{- with .Values.vault.login }}
{{- if .kubernetesRole }}{{ printf "kubernetes:%s" .kubernetesRole }}
{{- else if .appRole.existingSecret }}{{ printf "approle:%s:/etc/reconciler/vault-app-role/secret-id" (required "vault.login.appRole.roleId: the id that belongs to the Secret" .appRole.roleId) }}
{{- else if .token.existingSecret }}token:/etc/reconciler/vault-token/token
{{- else }}{{ fail "vault.login: how do pods log in? Set kubernetesRole, appRole or token" }}
{{- end }}
{{- end }}
{{- end }}

{{- define "reconciler.hostLogin" -}}
{{- $secret := required "host.login.existingSecret: which Secret holds the token, or the App's private key?" .Values.host.login.existingSecret }}
{{- with .Values.host.app }}
{{- if .id }}{{ printf "app:%s:%s:/etc/reconciler/host-login/login" .id .installation }}{{ else }}token:/etc/reconciler/host-login/login{{ end }}
{{- end }}
{{- end }}

{{/* A settings ConfigMap's data: the empty ones are left out; what an operator adds may not shadow a value. */}}
{{- define "reconciler.settingsData" -}}
{{- $data := dict }}
{{- range $name, $value := (include .settings .root | fromYaml) }}
{{- if ne $value "" }}{{ $_ := set $data $name $value }}{{ end }}
{{- end }}
{{- if .more }}
{{- $own := merge (include "reconciler.commonSettings" .root | fromYaml) (include "reconciler.controllerSettings" .root | fromYaml) (include "reconciler.portalSettings" .root | fromYaml) }}
{{- range $name, $value := .more }}
{{- if hasKey $own $name }}{{ fail (printf "settings.%s: this has a value of its own; see values.yaml" $name) }}{{ end }}
{{- $_ := set $data $name $value }}
{{- end }}
{{- end }}
{{- toYaml $data }}
{{- end }}
