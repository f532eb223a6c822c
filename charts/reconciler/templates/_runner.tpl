{{- define "reconciler.runner" -}}
{{- $files := include "reconciler.commonFiles" . | fromYamlArray }}
metadata:
  labels:
    {{- include "reconciler.selector" . | nindent 4 }}
    app.kubernetes.io/component: runner
    {{- with .Values.runner.podLabels }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  {{- with .Values.runner.podAnnotations }}
  annotations: {{- toYaml . | nindent 4 }}
  {{- end }}
spec:
  serviceAccountName: {{ include "reconciler.fullname" . }}-runner
  automountServiceAccountToken: {{ eq .Values.store "kubernetes" }}
  enableServiceLinks: false
  restartPolicy: Never
  securityContext: {{- include "reconciler.podSecurity" . | nindent 4 }}
  {{- include "reconciler.placement" (dict "root" . "at" .Values.runner) | trim | nindent 2 }}
  containers:
    - name: run
      image: {{ include "reconciler.image" . }}
      imagePullPolicy: {{ .Values.image.pullPolicy }}
      securityContext: {{- include "reconciler.containerSecurity" . | nindent 8 }}
      envFrom:
        - configMapRef: {name: {{ include "reconciler.fullname" . }}-settings}
      env:
        - {name: RECONCILER_ACTOR, value: runner}
        {{- include "reconciler.secretEnvironment" (dict "root" . "role" "runner") | nindent 8 }}
      resources: {{- toYaml .Values.runner.resources | nindent 8 }}
      volumeMounts:
        {{- include "reconciler.mounts" (dict "files" $files) | nindent 8 }}
        {{- if include "reconciler.vaultToken" . }}
        - {name: vault-login, mountPath: /var/run/secrets/kubernetes.io/serviceaccount, readOnly: true}
        {{- end }}
        {{- with .Values.runner.extraVolumeMounts }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
  volumes:
    {{- include "reconciler.volumes" (dict "files" $files "home" .Values.runner.homeSize) | nindent 4 }}
    {{- if include "reconciler.vaultToken" . }}
    - name: vault-login
      projected: {sources: [{serviceAccountToken: {path: token, expirationSeconds: 3600}}]}
    {{- end }}
    {{- with .Values.runner.extraVolumes }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
{{- end }}

{{/* A run logs in at Vault with a token of its service account, which has no rights at the API server; it is mounted alone. */}}
{{- define "reconciler.vaultToken" -}}
{{- if and .Values.vault.address .Values.vault.login.kubernetesRole (ne .Values.store "kubernetes") }}yes{{ end }}
{{- end }}
