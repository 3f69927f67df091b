{{/* What the installation is called. */}}
{{- define "memos.fullname" -}}
{{- $name := .Values.nameOverride | default .Chart.Name }}
{{- if .Values.fullnameOverride }}
{{- $name = .Values.fullnameOverride }}
{{- else if contains $name .Release.Name }}
{{- $name = .Release.Name }}
{{- else }}
{{- $name = printf "%s-%s" .Release.Name $name }}
{{- end }}
{{- include "memos.cut" (list $name 63) }}
{{- end }}

{{/* A name of at most so many characters, whose rest becomes eight digits of its hash: (list NAME LIMIT). */}}
{{- define "memos.cut" -}}
{{- $name := first . }}
{{- $limit := last . }}
{{- if gt (len $name) $limit }}
{{- regexReplaceAll "-+$" (trunc (sub $limit 9 | int) $name) "" }}-{{ sha256sum $name | trunc 8 }}
{{- else }}
{{- $name }}
{{- end }}
{{- end }}

{{/* The name of an object that is not the main one of a component: (list . "settings"). */}}
{{- define "memos.name" -}}
{{- include "memos.cut" (list (printf "%s-%s" (first .).Plan.fullname (last .)) 63) }}
{{- end }}

{{/* A value, or what stands for it while it is null; zero counts as given: (list VALUE DEFAULT). */}}
{{- define "memos.given" -}}
{{- if kindIs "invalid" (first .) }}{{ last . }}{{ else }}{{ first . }}{{ end }}
{{- end }}

{{/* Amounts of memory: to MiB, and from MiB to the largest unit that needs no fraction. */}}
{{- define "memos.mebibytes" -}}
{{- if hasSuffix "Gi" . }}{{ trimSuffix "Gi" . | mul 1024 }}{{ else }}{{ trimSuffix "Mi" . }}{{ end }}
{{- end }}

{{- define "memos.memory" -}}
{{- if mod . 1024 }}{{ . }}Mi{{ else }}{{ div . 1024 }}Gi{{ end }}
{{- end }}

{{/* Thousandths of a processor, in whole ones where that needs no fraction. */}}
{{- define "memos.processor" -}}
{{- if mod . 1000 }}{{ . }}m{{ else }}{{ div . 1000 }}{{ end }}
{{- end }}

{{/* A length of time in seconds. */}}
{{- define "memos.seconds" -}}
{{- if hasSuffix "h" . }}{{ trimSuffix "h" . | mul 3600 }}{{ else if hasSuffix "m" . }}{{ trimSuffix "m" . | mul 60 }}{{ else }}{{ trimSuffix "s" . }}{{ end }}
{{- end }}

{{/* An image that is given, or else another, through the mirror if there is one: (list . IMAGE OTHER). */}}
{{- define "memos.image" -}}
{{- $image := index . 1 | default (index . 2) }}
{{- with (first .).Values.images.registry }}
{{- . }}/{{ regexReplaceAll "^(localhost|[^/]*[.:][^/]*)/" $image "" }}
{{- else }}
{{- $image }}
{{- end }}
{{- end }}

{{/* The labels of a component's pods by which they are found, or of all. Takes the component, as all that follow. */}}
{{- define "memos.selectorLabels" -}}
app.kubernetes.io/name: memos
app.kubernetes.io/instance: {{ .root.Plan.fullname | quote }}
{{- with .component }}
app.kubernetes.io/component: {{ . }}
{{- end }}
{{- end }}

{{- define "memos.labels" -}}
{{ include "memos.selectorLabels" . }}
app.kubernetes.io/part-of: memos
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ .root.Plan.chart }}
{{- with .version }}
app.kubernetes.io/version: {{ . | quote }}
{{- end }}
{{- end }}

{{/* Namespace and labels, those of the user too. */}}
{{- define "memos.identity" -}}
namespace: {{ .root.Release.Namespace | quote }}
labels:
  {{- include "memos.labels" . | nindent 2 }}
  {{- with .values.labels }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- end }}

{{/* The same with annotations. */}}
{{- define "memos.metadata" -}}
{{ include "memos.identity" . }}
{{- with .values.annotations }}
annotations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{- define "memos.serviceMetadata" -}}
{{ include "memos.identity" . }}
{{ include "memos.annotations" (list .values.annotations .values.serviceAnnotations) }}
{{- end }}

{{/* Annotations from several maps, of which a key may be in one only. */}}
{{- define "memos.annotations" -}}
{{- $all := dict }}
{{- range . }}
{{- range $key, $value := . }}
{{- if hasKey $all $key }}
{{- fail (printf "the annotation `%s` is the chart's own, or given twice\n  help: leave it out, or compile a spec with `memos-gen build`" $key) }}
{{- end }}
{{- $_ := set $all $key $value }}
{{- end }}
{{- end }}
{{- with $all -}}
annotations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{/* Metadata of pods; "podAnnotations" in the component are the chart's own. */}}
{{- define "memos.podMetadata" -}}
{{ include "memos.annotations" (list .podAnnotations .values.podAnnotations) }}
labels:
  {{- include "memos.selectorLabels" . | nindent 2 }}
  app.kubernetes.io/part-of: memos
  {{- with .version }}
  app.kubernetes.io/version: {{ . | quote }}
  {{- end }}
  {{- if and .identity (eq .root.Values.kubernetes.identity.kind "azure") }}
  azure.workload.identity/use: "true"
  {{- end }}
  {{- with .values.podLabels }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- end }}

{{/* What pods of all components have in common. */}}
{{- define "memos.pod" -}}
serviceAccountName: {{ .name | quote }}
automountServiceAccountToken: false
terminationGracePeriodSeconds: {{ .grace }}
securityContext:
  runAsNonRoot: true
  runAsUser: 10001
  runAsGroup: 10001
  fsGroup: 10001
  fsGroupChangePolicy: OnRootMismatch
  seccompProfile:
    type: RuntimeDefault
{{ include "memos.scheduling" . }}
{{- end }}

{{/* Where pods run, and with whose images. */}}
{{- define "memos.scheduling" -}}
enableServiceLinks: false
{{- with .root.Values.images.pullSecrets }}
imagePullSecrets:
  {{- range . }}
  - name: {{ . | quote }}
  {{- end }}
{{- end }}
{{- with .values.priorityClass }}
priorityClassName: {{ . | quote }}
{{- end }}
{{- with .values.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
tolerations:
  {{- $seconds := .root.Values.availability.lostNodeSeconds }}
  {{- range list "not-ready" "unreachable" }}
  - key: node.kubernetes.io/{{ . }}
    operator: Exists
    effect: NoExecute
    tolerationSeconds: {{ $seconds }}
  {{- end }}
  {{- with .values.tolerations }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- $affinity := .values.affinity }}
{{- if or .spread $affinity.nodeAffinity $affinity.podAffinity }}
affinity:
  {{- with $affinity.nodeAffinity }}
  nodeAffinity:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with $affinity.podAffinity }}
  podAffinity:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- if .spread }}
  podAntiAffinity:
    preferredDuringSchedulingIgnoredDuringExecution:
      - weight: 100
        podAffinityTerm:
          topologyKey: kubernetes.io/hostname
          labelSelector:
            matchLabels:
              {{- include "memos.selectorLabels" . | nindent 14 }}
  {{- end }}
{{- end }}
{{- if .spread }}
topologySpreadConstraints:
  {{- $availability := .root.Values.availability }}
  {{- range list (list "topology.kubernetes.io/zone" $availability.zoneSpread) (list "kubernetes.io/hostname" $availability.nodeSpread) }}
  - topologyKey: {{ first . }}
    maxSkew: 1
    whenUnsatisfiable: {{ ternary "ScheduleAnyway" "DoNotSchedule" (eq (last .) "preferred") }}
    nodeTaintsPolicy: Honor
    labelSelector:
      matchLabels:
        {{- include "memos.selectorLabels" $ | nindent 8 }}
    {{- if not $.stateful }}
    matchLabelKeys:
      - pod-template-hash
    {{- end }}
  {{- end }}
{{- end }}
{{- end }}

{{- define "memos.securityContext" -}}
securityContext:
  runAsNonRoot: true
  runAsUser: 10001
  runAsGroup: 10001
  privileged: false
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities:
    drop:
      - ALL
  seccompProfile:
    type: RuntimeDefault
{{- end }}

{{/*
Requests and limits, unless the user says others: (dict "given" .Values.components.redis.resources "cpu" (list "100m" "1") "memory"
(list "64Mi" "128Mi")), and "disk" for another limit than the usual.
*/}}
{{- define "memos.resources" -}}
{{- $given := .given | default (dict "requests" dict "limits" dict) -}}
resources:
  requests:
    cpu: {{ $given.requests.cpu | default (first .cpu) | quote }}
    memory: {{ $given.requests.memory | default (first .memory) | quote }}
    ephemeral-storage: {{ $given.requests.ephemeralStorage | default "64Mi" | quote }}
  limits:
    cpu: {{ $given.limits.cpu | default (last .cpu) | quote }}
    memory: {{ $given.limits.memory | default (last .memory) | quote }}
    ephemeral-storage: {{ $given.limits.ephemeralStorage | default .disk | default "1Gi" | quote }}
{{- end }}

{{/* Files of a Secret as a volume: (list VOLUME SECRET KEY...). */}}
{{- define "memos.secretVolume" -}}
- name: {{ first . }}
  secret:
    secretName: {{ index . 1 | quote }}
    defaultMode: 0440
    items:
      {{- range slice . 2 }}
      - key: {{ . }}
        path: {{ . }}
      {{- end }}
{{- end }}

{{/* An authority as a volume: (list VOLUME AUTHORITY). */}}
{{- define "memos.authorityVolume" -}}
{{- $ca := last . -}}
- name: {{ first . }}
  {{- if $ca.configMap }}
  configMap:
    name: {{ $ca.configMap | quote }}
  {{- else }}
  secret:
    secretName: {{ $ca.secret | quote }}
  {{- end }}
    defaultMode: 0440
    items:
      - key: {{ $ca.key | quote }}
        path: ca.crt
{{- end }}

{{/* The volume of a StatefulSet: (dict "component" .Plan.of.redis "size" SIZE "class" CLASS). */}}
{{- define "memos.volumeClaim" -}}
- apiVersion: v1
  kind: PersistentVolumeClaim
  metadata:
    name: data
    labels:
      {{- include "memos.selectorLabels" .component | nindent 6 }}
  spec:
    accessModes:
      - ReadWriteOnce
    {{- with .class }}
    storageClassName: {{ . | quote }}
    {{- end }}
    resources:
      requests:
        storage: {{ .size | quote }}
{{- end }}

{{/* A container that waits for the database: (dict "root" . "image" IMAGE "host" HOST "port" PORT). */}}
{{- define "memos.waitForDatabase" -}}
- name: wait-for-database
  image: {{ .image | quote }}
  imagePullPolicy: Always
  command:
    - /bin/sh
    - -c
    - {{ .root.Files.Get "files/wait-for-database.sh" | quote }}
  env:
    - name: DATABASE_HOST
      value: {{ .host | quote }}
    - name: DATABASE_PORT
      value: {{ .port | quote }}
  {{- include "memos.resources" (dict "cpu" (list "10m" "100m") "memory" (list "16Mi" "64Mi")) | nindent 2 }}
  {{- include "memos.securityContext" . | nindent 2 }}
{{- end }}

{{/* The side-car that leads to Cloud SQL, for a component's pods. */}}
{{- define "memos.cloudSqlProxy" -}}
{{- $proxy := .root.Values.database.cloudSqlProxy -}}
- name: cloud-sql-proxy
  image: {{ include "memos.image" (list .root .root.Values.images.cloudSqlProxy "gcr.io/cloud-sql-connectors/cloud-sql-proxy:2.25.3") | quote }}
  imagePullPolicy: Always
  restartPolicy: Always
  args:
    - {{ ternary "--psc" "--private-ip" (eq $proxy.privateServiceConnect true) }}
    - --structured-logs
    - --port={{ .root.Plan.db.port }}
    {{- if $proxy.iamLogin }}
    - --auto-iam-authn
    {{- end }}
    - --health-check
    - --http-address=0.0.0.0
    - --http-port=9801
    - --exit-zero-on-sigterm
    - --max-sigterm-delay={{ .grace }}s
    - {{ $proxy.instance | quote }}
  ports:
    - name: proxy-health
      containerPort: 9801
      protocol: TCP
  startupProbe:
    httpGet:
      path: /startup
      port: proxy-health
    periodSeconds: 1
    timeoutSeconds: 3
    failureThreshold: 60
  livenessProbe:
    httpGet:
      path: /liveness
      port: proxy-health
    periodSeconds: 10
    timeoutSeconds: 3
    failureThreshold: 3
  {{- include "memos.resources" (dict "cpu" (list "50m" "500m") "memory" (list "64Mi" "128Mi")) | nindent 2 }}
  {{- include "memos.securityContext" . | nindent 2 }}
{{- end }}

{{/* The class by which Amazon's controller takes a Service. */}}
{{- define "memos.loadBalancerClass" -}}
{{- ternary "eks.amazonaws.com" "service.k8s.aws" .Values.kubernetes.eksAutoMode }}/nlb
{{- end }}

{{/* What makes a cloud's load balancer of a Service an internal one. */}}
{{- define "memos.internalAnnotations" -}}
{{- if eq .Values.kubernetes.cloud "aws" -}}
service.beta.kubernetes.io/aws-load-balancer-scheme: internal
{{- else if eq .Values.kubernetes.cloud "gcp" -}}
networking.gke.io/load-balancer-type: Internal
{{- else if eq .Values.kubernetes.cloud "azure" -}}
service.beta.kubernetes.io/azure-load-balancer-internal: "true"
{{- end }}
{{- end }}

{{/* What the configurations of all HAProxies have in common: how names are looked up, and where they tell how they are. */}}
{{- define "memos.haproxy.resolvers" -}}
# A pod that is gone is forgotten at once, and a name server that is away takes nobody with it.
resolvers cluster
  parse-resolv-conf
  resolve_retries 2
  timeout resolve 500ms
  timeout retry 500ms
  hold valid 1s
  hold nx 1s
  hold obsolete 2s
  hold timeout 1h
  hold refused 1h
  hold other 1h
{{- end }}

{{- define "memos.haproxy.status" -}}
frontend status
  mode http
  bind :::8404 v4v6
  timeout client 10s
  monitor-uri /healthz
  http-request use-service prometheus-exporter if { path /metrics }
{{- end }}
