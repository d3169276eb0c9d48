{{/* Labels of one part ("controller" or "gateway"), as the real chart's subcharts set them. */}}
{{- define "ingress.labels" -}}
app.kubernetes.io/name: {{ .part }}
helm.sh/chart: {{ .part }}-3.2.0
app.kubernetes.io/instance: {{ .root.Release.Name | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service | quote }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
{{- end }}

{{- define "ingress.selector" -}}
app.kubernetes.io/name: {{ .part }}
app.kubernetes.io/component: app
app.kubernetes.io/instance: {{ .root.Release.Name | quote }}
{{- end }}

{{/* Environment variables from a map of values: a value that is itself a map is a valueFrom. Takes prefix and env. */}}
{{- define "ingress.env" -}}
{{- $prefix := .prefix }}
{{- range $name, $value := .env }}
- name: {{ printf "%s%s" $prefix ($name | upper) }}
{{- if kindIs "map" $value }}
{{ toYaml $value | indent 2 }}
{{- else }}
  value: {{ $value | toString | quote }}
{{- end }}
{{- end }}
{{- end }}
