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
app.kubernetes.io/version: {{ .Values.memos.version | quote }}
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
{{- if or .component.annotations .component.serviceAnnotations }}
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

{{- define "memos.part.requests" -}}
cpu: {{ .component.resources.requests.cpu | default "50m" | quote }}
ephemeral-storage: {{ .component.resources.requests.ephemeralStorage | default "64Mi" | quote }}
memory: {{ .component.resources.requests.memory | default "64Mi" | quote }}
{{- end }}

{{- define "memos.part.resources" -}}
limits:
  cpu: {{ .component.resources.limits.cpu | default (include "memos.processor" .Plan.databaseCpuLimit) | quote }}
  ephemeral-storage: {{ .component.resources.limits.ephemeralStorage | default "1Gi" | quote }}
  memory: {{ .component.resources.limits.memory | default (include "memos.memory" .Plan.databaseMemory) | quote }}
requests:
  cpu: {{ .component.resources.requests.cpu | default (include "memos.processor" .Plan.databaseCpuRequest) | quote }}
  ephemeral-storage: {{ .component.resources.requests.ephemeralStorage | default "64Mi" | quote }}
  memory: {{ .component.resources.requests.memory | default (include "memos.memory" .Plan.databaseMemory) | quote }}
{{- end }}

{{- define "memos.part.secretStoreRef" -}}
name: {{ .Values.secrets.store.name | quote }}
kind: {{ if eq .Values.secrets.store.kind "SecretStore" }}{{ .Values.secrets.store.kind | quote }}{{ else }}ClusterSecretStore{{ end }}
{{- end }}

{{- define "memos.part.to" -}}
{{- range .Values.database.networks }}
- ipBlock:
    cidr: {{ . | quote }}
{{- end }}
{{- end }}

{{- define "memos.part.to2" -}}
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
