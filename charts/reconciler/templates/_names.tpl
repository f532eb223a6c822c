{{- define "reconciler.fullname" -}}
{{- if .Values.fullnameOverride }}{{ .Values.fullnameOverride | trunc 40 | trimSuffix "-" }}
{{- else }}
{{- $name := default .Chart.Name .Values.nameOverride }}
{{- if contains $name .Release.Name }}{{ .Release.Name | trunc 40 | trimSuffix "-" }}
{{- else }}{{ printf "%s-%s" .Release.Name $name | trunc 40 | trimSuffix "-" }}
{{- end }}
{{- end }}
{{- end }}

{{- define "reconciler.selector" -}}
app.kubernetes.io/name: {{ default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{/* Objects of the chart are Helm's; those that the controller makes bear managed-by: reconciler, and are never these. */}}
{{- define "reconciler.labels" -}}
{{ include "reconciler.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" }}
{{- end }}

{{- define "reconciler.image" -}}
{{- $repository := required "image.repository: where is the image that was built from the Dockerfile?" .Values.image.repository }}
{{- if .Values.image.digest }}{{ printf "%s@%s" $repository .Values.image.digest }}
{{- else }}{{ printf "%s:%s" $repository (default .Chart.AppVersion .Values.image.tag) }}
{{- end }}
{{- end }}

{{/* The Secrets of the database roles; runs and migrations take the controller's where they have none, the portal never. */}}
{{- define "reconciler.databaseSecret" -}}
{{- $own := index .root.Values.database .role }}
{{- $controller := .root.Values.database.controller }}
{{- $found := $own }}
{{- if eq .role "portal" }}
{{- $_ := required "database.portal.existingSecret: which Secret holds postgresql://... of the portal's own login?" $own.existingSecret }}
{{- end }}
{{- if not $own.existingSecret }}{{ $found = $controller }}{{ end }}
name: {{ required "database.controller.existingSecret: which Secret holds postgresql://... of the database?" $found.existingSecret }}
key: {{ $found.key }}
{{- end }}
