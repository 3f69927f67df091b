{{- /* Derived by memos-gen from its own builders; changes belong there. */ -}}

{{- define "memos.part.imagePullSecrets" -}}
{{- range .Values.images.pullSecrets }}
- name: {{ . | quote }}
{{- end }}
{{- end }}

{{- define "memos.part.labels" -}}
{{- include "memos.labels" (list . "memos") | nindent 0 }}
app.kubernetes.io/version: {{ .Values.memos.version | quote }}
{{- with .Values.components.memos.labels }}
{{- toYaml . | nindent 0 }}
{{- end }}
{{- end }}

{{- define "memos.part.labels2" -}}
{{- include "memos.labels" (list . .word) | nindent 0 }}
{{- with .component.labels }}
{{- toYaml . | nindent 0 }}
{{- end }}
{{- end }}

{{- define "memos.part.labels3" -}}
{{- include "memos.selectorLabels" (list . .word) | nindent 0 }}
app.kubernetes.io/part-of: memos
{{- with .component.podLabels }}
{{- toYaml . | nindent 0 }}
{{- end }}
{{- end }}

{{- define "memos.part.labels4" -}}
{{- include "memos.labels" (list . .word) | nindent 0 }}
app.kubernetes.io/version: {{ .Values.memos.version | quote }}
{{- with .component.labels }}
{{- toYaml . | nindent 0 }}
{{- end }}
{{- end }}

{{- define "memos.part.limits" -}}
cpu: {{ .component.resources.limits.cpu | default "1" | quote }}
ephemeral-storage: {{ .component.resources.limits.ephemeralStorage | default "1Gi" | quote }}
memory: {{ .component.resources.limits.memory | default "128Mi" | quote }}
{{- end }}

{{- define "memos.part.metadata" -}}
{{- if .component.annotations }}
annotations:
  {{- toYaml .component.annotations | nindent 2 }}
{{- end }}
labels:
  {{- include "memos.labels" (list . .word) | nindent 2 }}
  {{- with .component.labels }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
name: {{ .name | quote }}
namespace: {{ .Release.Namespace | quote }}
{{- end }}

{{- define "memos.part.metadata2" -}}
{{- if .component.annotations }}
annotations:
  {{- toYaml .component.annotations | nindent 2 }}
{{- end }}
labels:
  {{- include "memos.labels" (list . .word) | nindent 2 }}
  app.kubernetes.io/version: {{ .Values.memos.version | quote }}
  {{- with .component.labels }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
name: {{ .name | quote }}
namespace: {{ .Release.Namespace | quote }}
{{- end }}

{{- define "memos.part.metadata3" -}}
{{- if or .component.serviceAnnotations .component.annotations }}
annotations:
  {{- with .component.annotations }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
  {{- with .component.serviceAnnotations }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- end }}
labels:
  {{- include "memos.labels" (list . .word) | nindent 2 }}
  {{- with .component.labels }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
name: {{ .name | quote }}
namespace: {{ .Release.Namespace | quote }}
{{- end }}

{{- define "memos.part.metadata4" -}}
{{- if .component.annotations }}
annotations:
  {{- toYaml .component.annotations | nindent 2 }}
{{- end }}
labels:
  {{- include "memos.labels" (list . .word) | nindent 2 }}
  {{- with .Values.cache.metrics.serviceMonitor.labels }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
  {{- with .component.labels }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
name: {{ .name | quote }}
namespace: {{ .Values.cache.metrics.serviceMonitor.namespace | default (.Release.Namespace) | quote }}
{{- end }}

{{- define "memos.part.resources" -}}
limits:
  cpu: {{ .component.resources.limits.cpu | default (include "memos.processor" (include "memos.figure.database.cpuLimit" . | int64)) | quote }}
  ephemeral-storage: {{ .component.resources.limits.ephemeralStorage | default "1Gi" | quote }}
  memory: {{ .component.resources.limits.memory | default (include "memos.memory" (include "memos.figure.database.memory" . | int64)) | quote }}
requests:
  cpu: {{ .component.resources.requests.cpu | default (include "memos.processor" (include "memos.figure.database.cpuRequest" . | int64)) | quote }}
  ephemeral-storage: {{ .component.resources.requests.ephemeralStorage | default "64Mi" | quote }}
  memory: {{ .component.resources.requests.memory | default (include "memos.memory" (include "memos.figure.database.memory" . | int64)) | quote }}
{{- end }}

{{- define "memos.part.to" -}}
- namespaceSelector:
    matchLabels:
      kubernetes.io/metadata.name: kube-system
  podSelector:
    matchLabels:
      k8s-app: kube-dns
{{- range .Values.network.dns.servers }}
- ipBlock:
    cidr: {{ . | quote }}
{{- end }}
{{- end }}

{{- define "memos.part.tolerations" -}}
- effect: NoExecute
  key: node.kubernetes.io/not-ready
  operator: Exists
  tolerationSeconds: {{ .Values.availability.lostNodeSeconds }}
- effect: NoExecute
  key: node.kubernetes.io/unreachable
  operator: Exists
  tolerationSeconds: {{ .Values.availability.lostNodeSeconds }}
{{- with .component.tolerations }}
{{- toYaml . | nindent 0 }}
{{- end }}
{{- end }}

{{- define "memos.part.topologySpreadConstraints" -}}
- labelSelector:
    matchLabels:
      {{- include "memos.selectorLabels" (list . .word) | nindent 6 }}
  matchLabelKeys:
    - pod-template-hash
  maxSkew: 1
  nodeTaintsPolicy: Honor
  topologyKey: topology.kubernetes.io/zone
  whenUnsatisfiable: {{ if eq .Values.availability.zoneSpread "preferred" }}ScheduleAnyway{{ else }}DoNotSchedule{{ end }}
- labelSelector:
    matchLabels:
      {{- include "memos.selectorLabels" (list . .word) | nindent 6 }}
  matchLabelKeys:
    - pod-template-hash
  maxSkew: 1
  nodeTaintsPolicy: Honor
  topologyKey: kubernetes.io/hostname
  whenUnsatisfiable: {{ if eq .Values.availability.nodeSpread "preferred" }}ScheduleAnyway{{ else }}DoNotSchedule{{ end }}
{{- end }}

{{- define "memos.part.dsn" -}}
{{- $database := .Values.database }}
{{- $mysql := eq $database.engine "mysql" }}
{{- $port := ternary (ternary 3306 5432 $mysql) (int64 $database.port) (kindIs "invalid" $database.port) }}
{{- $address := printf "%v:%v" $database.host $port }}
{{- $mode := $database.tls.mode | default "verify-full" }}
{{- if $database.cloudSqlProxy.instance }}
{{- $address = ternary "127.0.0.1:3306" "127.0.0.1:5432" $mysql }}
{{- $mode = "disable" }}
{{- end }}
{{- $user := $database.user | default "memos" }}
{{- $name := $database.name | default "memos" }}
{{- if $mysql }}
{{- printf "%v:{{ .password }}@tcp(%v)/%v?tls=%v&timeout=5s" $user $address $name (get (dict "disable" "false" "require" "skip-verify") $mode | default "true") }}
{{- else }}
{{- $authority := "system" }}
{{- if include "memos.fact.databaseAuthority" . }}{{ $authority = "/etc/memos-ca/database/ca.crt" }}{{ else if include "memos.fact.cacheAuthority" . }}{{ $authority = "/etc/memos-ca/cache/ca.crt" }}{{ end }}
{{- printf "postgres://%v:{{ .password | urlquery | replace \"+\" \"%%20\" }}@%v/%v?sslmode=%v" $user $address $name $mode }}
{{- if hasPrefix "verify-" $mode }}&sslrootcert={{ $authority }}{{ end }}&connect_timeout=5&application_name=memos
{{- if include "memos.fact.behindPooler" . }}&binary_parameters=yes{{ end }}
{{- end }}
{{- end }}
