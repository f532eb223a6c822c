{{/* One rule: .peers (everybody where there are none) at .ports. */}}
{{- define "reconciler.allow" -}}
- ports:
    {{- range $protocol := default (list "TCP") .protocols }}
    {{- range $.ports }}
    - {protocol: {{ $protocol }}, port: {{ . }}}
    {{- end }}
    {{- end }}
  {{- with .peers }}
  {{ $.direction }}: {{- toYaml . | nindent 4 }}
  {{- end }}
{{- end }}

{{/* Where both controller and runs go: names, the database, a collector, and whatever outside systems need. */}}
{{- define "reconciler.egress" -}}
{{ include "reconciler.egressInside" . }}
{{- if .Values.traces }}
{{ include "reconciler.allow" (dict "direction" "to" "peers" .Values.networkPolicy.traces.to "ports" .Values.networkPolicy.traces.ports) }}
{{- end }}
{{ include "reconciler.egressOutside" . }}
{{- end }}

{{- define "reconciler.egressInside" -}}
{{- $policy := .Values.networkPolicy }}
{{- include "reconciler.allow" (dict "direction" "to" "protocols" (list "UDP" "TCP") "peers" $policy.dns.to "ports" $policy.dns.ports) }}
{{ include "reconciler.allow" (dict "direction" "to" "peers" $policy.database.to "ports" $policy.database.ports) }}
{{- end }}

{{/* Credentials and outside systems: Vault, a proxy, and what the installation lets itself reach. */}}
{{- define "reconciler.egressOutside" -}}
{{- $policy := .Values.networkPolicy }}
{{- if .Values.vault.address }}
{{ include "reconciler.allow" (dict "direction" "to" "peers" $policy.vault.to "ports" $policy.vault.ports) }}
{{- end }}
{{- if .Values.outside.proxy.existingSecret }}
{{ include "reconciler.allow" (dict "direction" "to" "peers" $policy.proxy.to "ports" $policy.proxy.ports) }}
{{- end }}
{{- /* Public addresses, and those private networks that the installation names: as the program itself judges them. */}}
{{- $private := list }}
{{- range .Values.outside.privateNetworks }}{{ $private = append $private (dict "ipBlock" (dict "cidr" .)) }}{{ end }}
{{- $public := list
  (dict "ipBlock" (dict "cidr" "0.0.0.0/0" "except" (list "10.0.0.0/8" "100.64.0.0/10" "127.0.0.0/8" "169.254.0.0/16" "172.16.0.0/12" "192.168.0.0/16")))
  (dict "ipBlock" (dict "cidr" "::/0" "except" (list "::1/128" "fc00::/7" "fe80::/10"))) }}
{{ include "reconciler.allow" (dict "direction" "to" "peers" (concat $public $private) "ports" .Values.outside.ports) }}
{{- end }}
