{{/* Parts of network policies. The pods of a component as peers, when it is there: */}}
{{- define "memos.peer" -}}
- podSelector:
    matchLabels:
      {{- if eq .component "database" }}
      cnpg.io/cluster: {{ .name | quote }}
      {{- else }}
      {{- include "memos.selectorLabels" . | nindent 6 }}
      {{- end }}
{{- end }}

{{/* Ranges of addresses as peers. */}}
{{- define "memos.networks" -}}
{{- range . }}
- ipBlock:
    cidr: {{ . | quote }}
{{- end }}
{{- end }}

{{/* Pods of another namespace as peers: (list NAMESPACE LABELS). */}}
{{- define "memos.pods" -}}
- namespaceSelector:
    matchLabels:
      kubernetes.io/metadata.name: {{ first . | quote }}
  {{- with last . }}
  podSelector:
    matchLabels:
      {{- toYaml . | nindent 6 }}
  {{- end }}
{{- end }}

{{/* Where the outside world is. */}}
{{- define "memos.internet" -}}
- ipBlock:
    cidr: 0.0.0.0/0
    except:
      - 10.0.0.0/8
      - 100.64.0.0/10
      - 127.0.0.0/8
      - 169.254.0.0/16
      - 172.16.0.0/12
      - 192.168.0.0/16
- ipBlock:
    cidr: ::/0
    except:
      - ::1/128
      - fc00::/7
      - fe80::/10
{{- end }}

{{- define "memos.dns" -}}
- ports:
    - port: 53
      protocol: UDP
    - port: 53
      protocol: TCP
  {{- if ne .Values.network.dns.mode "anywhere" }}
  to:
    {{- include "memos.pods" (list "kube-system" (dict "k8s-app" "kube-dns")) | nindent 4 }}
    {{- include "memos.networks" .Values.network.dns.servers | nindent 4 }}
  {{- end }}
{{- end }}

{{/* The way to one port, anywhere or of some networks: (list PORT NETWORKS). */}}
{{- define "memos.egress" -}}
- ports:
    - port: {{ first . }}
      protocol: TCP
  {{- with last . }}
  to:
    {{- include "memos.networks" . | nindent 4 }}
  {{- end }}
{{- end }}

{{/* The way to one port of a component: (list PORT COMPONENT). */}}
{{- define "memos.egressTo" -}}
- ports:
    - port: {{ first . }}
      protocol: TCP
  to:
    {{- include "memos.peer" (last .) | nindent 4 }}
{{- end }}

{{/* The way to one port from components: (list PORT COMPONENT...). */}}
{{- define "memos.ingress" -}}
- ports:
    - port: {{ first . }}
      protocol: TCP
  from:
    {{- range rest . }}
    {{- include "memos.peer" . | nindent 4 }}
    {{- end }}
{{- end }}

{{/* The way to the database server, in words and in rules. */}}
{{- define "memos.database.purposes" -}}
{{- if ne .Plan.db.kind "managed" -}}
PostgreSQL
{{- else if not .Plan.db.proxy -}}
the database
{{- else -}}
the database's proxy
Google's APIs
{{- if include "memos.metadataServer" . }}
the pod's identity towards the cloud
{{- end }}
{{- end }}
{{- end }}

{{- define "memos.database.egress" -}}
{{- if ne .Plan.db.kind "managed" }}
{{- include "memos.egressTo" (list 5432 (.Plan.of.postgres | default .Plan.of.database)) }}
{{- else if not .Plan.db.proxy }}
{{- include "memos.egress" (list .Plan.db.port .Values.database.networks) }}
{{- else }}
{{- include "memos.egress" (list 3307 .Values.database.networks) }}
- ports:
    - port: 443
      protocol: TCP
  to:
    {{- include "memos.internet" . | nindent 4 }}
{{ include "memos.metadataServer" . }}
{{- end }}
{{- end }}

{{/* The way to the server that gives pods their identity; nothing where they need none. */}}
{{- define "memos.metadataServer" -}}
{{- $identity := .Values.kubernetes.identity.kind }}
{{- if eq $identity "eksPodIdentity" }}
{{- include "memos.egress" (list 80 (list "169.254.170.23/32")) }}
{{- else if or (eq $identity "gke") (and (eq $identity "none") (eq .Values.kubernetes.cloud "gcp")) -}}
- ports:
    - port: 80
      protocol: TCP
    - port: 987
      protocol: TCP
    - port: 988
      protocol: TCP
  to:
    {{- include "memos.networks" (list "169.254.169.252/32" "169.254.169.254/32") | nindent 4 }}
{{- end }}
{{- end }}

{{/* The way to the Kubernetes API, which CloudNativePG's pods need. */}}
{{- define "memos.apiServer" -}}
- ports:
    - port: 443
      protocol: TCP
    - port: 6443
      protocol: TCP
  {{- with .Values.database.apiServer }}
  to:
    {{- include "memos.networks" . | nindent 4 }}
  {{- end }}
{{- end }}

{{/* Where Redis and sentinels go: to each other. */}}
{{- define "memos.redis.egress" -}}
{{ include "memos.dns" . }}
{{ include "memos.egressTo" (list 6379 .Plan.of.redis) }}
{{ include "memos.egressTo" (list 26379 .Plan.of.sentinel) }}
{{- end }}

{{/* Readers outside the cluster, and who reads metrics: (list . PORT). */}}
{{- define "memos.redis.outsideIngress" -}}
{{- $service := .Values.cache.service -}}
- ports:
    - port: 6379
      protocol: TCP
  {{- $inside := list }}
  {{- if or (not $service.sourceRanges) (eq .Values.kubernetes.cloud "aws") }}
  {{- $inside = list "10.0.0.0/8" "100.64.0.0/10" "172.16.0.0/12" "192.168.0.0/16" "fc00::/7" }}
  {{- end }}
  {{- if or $service.sourceRanges (ne $service.internal false) }}
  from:
    {{- include "memos.networks" (concat ($service.sourceRanges | default list) $inside) | nindent 4 }}
  {{- end }}
{{- end }}

{{- define "memos.redis.metricsIngress" -}}
- ports:
    - port: {{ last . }}
      protocol: TCP
  from:
    {{- include "memos.pods" (list ((first .).Values.cache.metrics.namespace | default "monitoring") nil) | nindent 4 }}
{{- end }}

{{/* The way in from outside. */}}
{{- define "memos.edge.ingress" -}}
- ports:
    - port: 5230
      protocol: TCP
  {{- with include "memos.edge.peers" . | trim }}
  from:
    {{- . | nindent 4 }}
  {{- end }}
{{- end }}

{{/* Who connects to Memos from outside; nothing stands for anybody. */}}
{{- define "memos.edge.peers" -}}
{{- $exposure := .Values.exposure }}
{{- $edge := .Plan.edge }}
{{- $namespace := $exposure.dataPlaneNamespace | default $exposure.controllerNamespace }}
{{- if eq $exposure.kind "loadBalancer" }}
{{- if ne .Values.kubernetes.cloud "aws" }}
{{- include "memos.networks" $exposure.sourceRanges }}
{{- end }}
{{- else }}
{{- if $edge.google }}
{{- include "memos.networks" (list "130.211.0.0/22" "35.191.0.0/16") }}
{{- else if eq $edge.class "envoy" }}
{{- $labels := dict "gateway.envoyproxy.io/owning-gateway-name" ($exposure.existing.name | default .Plan.fullname)
  "gateway.envoyproxy.io/owning-gateway-namespace" ($exposure.existing.namespace | default .Release.Namespace) }}
{{- include "memos.pods" (list ($namespace | default "envoy-gateway-system") $labels) }}
{{- else if $edge.namespace }}
{{- $labels := dict }}
{{- with $edge.pods }}{{ $labels = dict "app.kubernetes.io/name" . }}{{ end }}
{{- include "memos.pods" (list ($namespace | default $edge.namespace) $labels) }}
{{- else if has $edge.class (list "aws" "azure" "applicationGateway") }}
{{- else if $namespace }}
{{- include "memos.pods" (list $namespace nil) }}
{{- else if $edge.besideGateway }}
{{- $labels := dict "gateway.networking.k8s.io/gateway-name" ($exposure.existing.name | default .Plan.fullname) }}
{{- include "memos.pods" (list ($exposure.existing.namespace | default .Release.Namespace) $labels) }}
{{- end }}
{{ include "memos.networks" $exposure.edge.networks }}
{{- end }}
{{- end }}
