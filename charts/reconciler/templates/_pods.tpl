{{/* What every pod is held to: the Pod Security Standard "restricted", and a root file system that is read only. */}}
{{- define "reconciler.podSecurity" -}}
runAsNonRoot: true
seccompProfile: {type: RuntimeDefault}
{{- with .Values.podSecurityContext.runAsUser }}
runAsUser: {{ . }}
{{- end }}
{{- with .Values.podSecurityContext.runAsGroup }}
runAsGroup: {{ . }}
{{- end }}
{{- with .Values.podSecurityContext.fsGroup }}
fsGroup: {{ . }}
{{- end }}
{{- end }}

{{- define "reconciler.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities: {drop: [ALL]}
{{- end }}

{{/* Where a pod is put, and with what: .at is .Values.controller or .Values.runner. */}}
{{- define "reconciler.placement" -}}
{{- with .root.Values.image.pullSecrets }}
imagePullSecrets:
  {{- range . }}
  - name: {{ . }}
  {{- end }}
{{- end }}
{{- with .at.nodeSelector }}
nodeSelector: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .at.tolerations }}
tolerations: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .at.affinity }}
affinity: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .at.priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- end }}

{{/* Secrets that are settings by themselves. */}}
{{- define "reconciler.secretEnvironment" -}}
{{ include "reconciler.databaseEnvironment" . }}
{{ include "reconciler.reachEnvironment" . }}
{{- end }}

{{- define "reconciler.databaseEnvironment" -}}
- name: RECONCILER_DATABASE_URL
  valueFrom:
    secretKeyRef: {{- include "reconciler.databaseSecret" . | nindent 6 }}
{{- end }}

{{- define "reconciler.reachEnvironment" -}}
{{- if .root.Values.key.existingSecret }}
- name: RECONCILER_KEY
  valueFrom:
    secretKeyRef: {name: {{ .root.Values.key.existingSecret }}, key: {{ .root.Values.key.key }}}
{{- end }}
{{- with .root.Values.outside.proxy }}
{{- if .existingSecret }}
- name: RECONCILER_PROXY
  valueFrom:
    secretKeyRef: {name: {{ .existingSecret }}, key: {{ .key }}}
{{- end }}
{{- end }}
{{- end }}

{{/* Files that controller and runs read: name, sort of source, object, key, folder. A secret is read anew where it can change. */}}
{{- define "reconciler.commonFiles" -}}
{{ include "reconciler.authorities" . }}
{{ include "reconciler.vaultFiles" . }}
{{- end }}

{{- define "reconciler.authorities" -}}
- {name: outside-ca, configMap: {{ .Values.outside.ca.existingConfigMap | quote }}, key: {{ .Values.outside.ca.key }}, file: ca.crt}
{{- end }}

{{- define "reconciler.vaultFiles" -}}
- {name: vault-ca, configMap: {{ .Values.vault.ca.existingConfigMap | quote }}, key: {{ .Values.vault.ca.key }}, file: ca.crt}
- {name: vault-app-role, secret: {{ .Values.vault.login.appRole.existingSecret | quote }}, key: {{ .Values.vault.login.appRole.key }}, file: secret-id}
- {name: vault-token, secret: {{ .Values.vault.login.token.existingSecret | quote }}, key: {{ .Values.vault.login.token.key }}, file: token}
{{- end }}

{{- define "reconciler.controllerFiles" -}}
{{ include "reconciler.commonFiles" . }}
- {name: repository-token, secret: {{ .Values.repository.token.existingSecret | quote }}, key: {{ .Values.repository.token.key }}, file: token}
- {name: signers, configMap: {{ .Values.repository.signers.existingConfigMap | quote }}, key: {{ .Values.repository.signers.key }}, file: signers}
- {name: keyring, configMap: {{ .Values.repository.keyring.existingConfigMap | quote }}, key: {{ .Values.repository.keyring.key }}, file: keyring.asc}
{{ include "reconciler.hostFile" . }}
- {name: mail-login, secret: {{ .Values.mail.login.existingSecret | quote }}, key: {{ .Values.mail.login.key }}, file: login}
- {name: hooks, secret: {{ ternary .Values.hooks.secret.existingSecret "" .Values.hooks.enabled | quote }}, key: {{ .Values.hooks.secret.key }}, file: hooks}
{{- end }}

{{- define "reconciler.hostFile" -}}
- {name: host-login, secret: {{ .Values.host.login.existingSecret | quote }}, key: {{ .Values.host.login.key }}, file: login}
{{- end }}

{{/* Whoever proposes pushes: a token of its own where there is one, else the controller's. */}}
{{- define "reconciler.proposerToken" -}}
{{- $own := .Values.portal.proposals.token }}
{{- $found := ternary $own .Values.repository.token (ne $own.existingSecret "") }}
{name: repository-token, secret: {{ $found.existingSecret | quote }}, key: {{ $found.key }}, file: token}
{{- end }}

{{- define "reconciler.portalFiles" -}}
{{ include "reconciler.authorities" . }}
{{- with .Values.portal.oidc.secret }}
- {name: client-secret, secret: {{ ternary .existingSecret "" (eq $.Values.portal.login "oidc") | quote }}, key: {{ .key }}, file: client-secret}
{{- end }}
{{- if .Values.portal.credentials }}
{{ include "reconciler.vaultFiles" . }}
{{- end }}
{{- if .Values.portal.proposals.enabled }}
- {{ include "reconciler.proposerToken" . | trim }}
{{ include "reconciler.hostFile" . }}
{{- end }}
{{- end }}

{{- define "reconciler.volumes" -}}
{{- range .files }}
{{- if .secret }}
- name: {{ .name }}
  secret: {secretName: {{ .secret }}, defaultMode: 0444, items: [{key: {{ .key }}, path: {{ .file }}}]}
{{- else if .configMap }}
- name: {{ .name }}
  configMap: {name: {{ .configMap }}, items: [{key: {{ .key }}, path: {{ .file }}}]}
{{- end }}
{{- end }}
- name: home
  emptyDir: {sizeLimit: {{ .home }}}
- name: tmp
  emptyDir: {sizeLimit: {{ .home }}}
{{- end }}

{{- define "reconciler.mounts" -}}
{{- range .files }}
{{- if or .secret .configMap }}
- {name: {{ .name }}, mountPath: /etc/reconciler/{{ .name }}, readOnly: true}
{{- end }}
{{- end }}
- {name: home, mountPath: /var/lib/reconciler}
- {name: tmp, mountPath: /tmp}
{{- end }}
