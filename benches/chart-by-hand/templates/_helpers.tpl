{{/*
Most templates here are given a component: (dict "root" . "component" "redis" "values" .Values.redis), where root is the usual
context. Objects that say which release of Memos they belong to have "version" as well.
*/}}

{{/* The chart's name. */}}
{{- define "memos.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" }}
{{- end }}

{{/* What the installation is called. */}}
{{- define "memos.fullname" -}}
{{- if .Values.fullnameOverride }}
{{- .Values.fullnameOverride | trunc 63 | trimSuffix "-" }}
{{- else }}
{{- $name := default .Chart.Name .Values.nameOverride }}
{{- if contains $name .Release.Name }}
{{- .Release.Name | trunc 63 | trimSuffix "-" }}
{{- else }}
{{- printf "%s-%s" .Release.Name $name | trunc 63 | trimSuffix "-" }}
{{- end }}
{{- end }}
{{- end }}

{{- define "memos.chart" -}}
{{- printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" }}
{{- end }}

{{- define "memos.version" -}}
{{- .Values.memos.image.tag | default .Chart.AppVersion }}
{{- end }}

{{/* Name and instance: what every pod of the installation has. */}}
{{- define "memos.instanceLabels" -}}
app.kubernetes.io/name: {{ include "memos.name" . }}
app.kubernetes.io/instance: {{ include "memos.fullname" . }}
{{- end }}

{{/* Labels that choose the pods of a component. */}}
{{- define "memos.selectorLabels" -}}
{{ include "memos.instanceLabels" .root }}
app.kubernetes.io/component: {{ .component }}
{{- end }}

{{/* Labels of every object of a component. */}}
{{- define "memos.labels" -}}
{{ include "memos.selectorLabels" . }}
app.kubernetes.io/part-of: memos
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ include "memos.chart" .root }}
{{- with .version }}
app.kubernetes.io/version: {{ . | quote }}
{{- end }}
{{- with .values.labels }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{/* Namespace, labels and annotations of an object of a component. */}}
{{- define "memos.metadata" -}}
namespace: {{ .root.Release.Namespace }}
labels:
  {{- include "memos.labels" . | nindent 2 }}
{{- with .values.annotations }}
annotations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{/* The same of its Service, which has annotations of its own. */}}
{{- define "memos.serviceMetadata" -}}
namespace: {{ .root.Release.Namespace }}
labels:
  {{- include "memos.labels" . | nindent 2 }}
{{- with merge dict .values.service.annotations .values.annotations }}
annotations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{- define "memos.podLabels" -}}
{{ include "memos.selectorLabels" . }}
app.kubernetes.io/part-of: memos
{{- with .version }}
app.kubernetes.io/version: {{ . | quote }}
{{- end }}
{{- with .values.podLabels }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{/* An image: (dict "root" . "image" .Values.memos.image). */}}
{{- define "memos.image" -}}
{{- with .root.Values.global.imageRegistry }}{{ . }}/{{ end }}
{{- .image.repository }}:{{ .image.tag | default .root.Chart.AppVersion }}
{{- with .image.digest }}@{{ . }}{{ end }}
{{- end }}

{{/* The name of a component's ServiceAccount. */}}
{{- define "memos.serviceAccountName" -}}
{{- if .values.serviceAccount.name }}
{{- .values.serviceAccount.name }}
{{- else if eq .component "memos" }}
{{- include "memos.fullname" .root }}
{{- else }}
{{- include "memos.fullname" .root }}-{{ .component }}
{{- end }}
{{- end }}

{{/* Where pods of a component run. */}}
{{- define "memos.scheduling" -}}
{{- with .values.priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- with .values.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- if .values.affinity }}
affinity:
  {{- toYaml .values.affinity | nindent 2 }}
{{- else if eq .values.podAntiAffinityPreset "soft" }}
affinity:
  podAntiAffinity:
    preferredDuringSchedulingIgnoredDuringExecution:
      - weight: 100
        podAffinityTerm:
          topologyKey: kubernetes.io/hostname
          labelSelector:
            matchLabels:
              {{- include "memos.selectorLabels" . | nindent 14 }}
{{- else if eq .values.podAntiAffinityPreset "hard" }}
affinity:
  podAntiAffinity:
    requiredDuringSchedulingIgnoredDuringExecution:
      - topologyKey: kubernetes.io/hostname
        labelSelector:
          matchLabels:
            {{- include "memos.selectorLabels" . | nindent 12 }}
{{- end }}
{{- with .values.tolerations | default .root.Values.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .values.topologySpreadConstraints }}
topologySpreadConstraints:
  {{- range . }}
  - labelSelector:
      matchLabels:
        {{- include "memos.selectorLabels" $ | nindent 8 }}
    {{- toYaml . | nindent 4 }}
  {{- end }}
{{- end }}
{{- end }}

{{/* What the pods of all components have in common. */}}
{{- define "memos.pod" -}}
{{- with .root.Values.imagePullSecrets }}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end }}
serviceAccountName: {{ include "memos.serviceAccountName" . }}
automountServiceAccountToken: false
enableServiceLinks: false
terminationGracePeriodSeconds: {{ .values.terminationGracePeriodSeconds }}
securityContext:
  {{- toYaml .root.Values.podSecurityContext | nindent 2 }}
{{- include "memos.scheduling" . }}
{{- end }}

{{- define "memos.serviceAccount" -}}
{{- if .values.serviceAccount.create -}}
apiVersion: v1
kind: ServiceAccount
metadata:
  name: {{ include "memos.serviceAccountName" . }}
  namespace: {{ .root.Release.Namespace }}
  labels:
    {{- include "memos.labels" . | nindent 4 }}
  {{- with merge dict .values.serviceAccount.annotations .values.annotations }}
  annotations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
automountServiceAccountToken: false
{{- end }}
{{- end }}

{{- define "memos.podDisruptionBudget" -}}
{{- if .values.podDisruptionBudget.enabled -}}
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: {{ .name }}
  {{- include "memos.metadata" . | nindent 2 }}
spec:
  maxUnavailable: {{ .values.podDisruptionBudget.maxUnavailable }}
  unhealthyPodEvictionPolicy: AlwaysAllow
  selector:
    matchLabels:
      {{- include "memos.selectorLabels" . | nindent 6 }}
{{- end }}
{{- end }}

{{/* A claim of a StatefulSet. */}}
{{- define "memos.volumeClaimTemplate" -}}
- apiVersion: v1
  kind: PersistentVolumeClaim
  metadata:
    name: data
    labels:
      {{- include "memos.selectorLabels" . | nindent 6 }}
  spec:
    accessModes:
      - ReadWriteOnce
    {{- with .values.persistence.storageClass }}
    storageClassName: {{ . }}
    {{- end }}
    resources:
      requests:
        storage: {{ .values.persistence.size }}
{{- end }}

{{/* A volume with an authority: (dict "name" "cache-ca" "ca" .Values.cache.ca). */}}
{{- define "memos.caVolume" -}}
- name: {{ .name }}
  {{- if .ca.configMap }}
  configMap:
    name: {{ .ca.configMap }}
  {{- else }}
  secret:
    secretName: {{ .ca.secret }}
  {{- end }}
    defaultMode: 0440
    items:
      - key: {{ .ca.key }}
        path: ca.crt
{{- end }}

{{- define "memos.databaseSecret" -}}
{{- if .Values.database.existingSecret }}
{{- .Values.database.existingSecret }}
{{- else if eq .Values.database.kind "cluster" }}
{{- include "memos.fullname" . }}-database-app
{{- else }}
{{- include "memos.fullname" . }}-database
{{- end }}
{{- end }}

{{- define "memos.cacheSecret" -}}
{{- .Values.cache.existingSecret | default (printf "%s-cache" (include "memos.fullname" .)) }}
{{- end }}

{{- define "memos.storageSecret" -}}
{{- .Values.attachments.s3.existingSecret | default (printf "%s-storage" (include "memos.fullname" .)) }}
{{- end }}

{{- define "memos.administratorSecret" -}}
{{- .Values.memos.administrator.existingSecret | default (printf "%s-administrator" (include "memos.fullname" .)) }}
{{- end }}

{{/* The server that the pooler, or Memos without one, connects to: "HOST PORT". */}}
{{- define "memos.databaseServer" -}}
{{- if eq .Values.database.kind "postgres" }}
{{- include "memos.fullname" . }}-postgres 5432
{{- else if eq .Values.database.kind "cluster" }}
{{- include "memos.fullname" . }}-database-rw 5432
{{- else if .Values.database.cloudSqlProxy.enabled -}}
127.0.0.1 5432
{{- else }}
{{- .Values.database.host }} {{ .Values.database.port }}
{{- end }}
{{- end }}

{{/* How a connection to that server is encrypted; within a pod or to a PostgreSQL of our own it is not. */}}
{{- define "memos.databaseTlsMode" -}}
{{- if or (eq .Values.database.kind "postgres") .Values.database.cloudSqlProxy.enabled -}}
disable
{{- else -}}
{{ .Values.database.tls.mode }}
{{- end }}
{{- end }}

{{/* Whether Memos itself needs the database's authority. */}}
{{- define "memos.mountsDatabaseCa" -}}
{{- if eq .Values.database.kind "cluster" -}}
true
{{- else if and (eq .Values.database.kind "managed") (not .Values.pooler.enabled) (or .Values.database.tls.ca.configMap .Values.database.tls.ca.secret) -}}
true
{{- end }}
{{- end }}

{{/* The server that Memos connects to: "HOST PORT". */}}
{{- define "memos.memosServer" -}}
{{- if .Values.pooler.enabled }}
{{- include "memos.fullname" . }}-pooler {{ ternary 5432 6432 (eq .Values.database.kind "cluster") }}
{{- else }}
{{- include "memos.databaseServer" . }}
{{- end }}
{{- end }}

{{/* The container that waits for a server, from an image. */}}
{{- define "memos.waitForDatabase" -}}
{{- $server := splitList " " .server }}
- name: wait-for-database
  image: {{ include "memos.image" (dict "root" .root "image" .image) }}
  imagePullPolicy: {{ .image.pullPolicy }}
  command:
    - /bin/sh
    - -c
    - {{ .root.Files.Get "files/wait-for-database.sh" | quote }}
  env:
    - name: DATABASE_HOST
      value: {{ first $server }}
    - name: DATABASE_PORT
      value: {{ last $server | quote }}
  resources:
    {{- toYaml .root.Values.database.wait.resources | nindent 4 }}
  securityContext:
    {{- toYaml .root.Values.securityContext | nindent 4 }}
{{- end }}

{{- define "memos.dsn" -}}
{{- $pooled := .Values.pooler.enabled }}
{{- $mode := include "memos.databaseTlsMode" . }}
{{- if $pooled }}
{{- $mode = ternary "verify-ca" "disable" (eq .Values.database.kind "cluster") }}
{{- end }}
{{- $server := include "memos.memosServer" . | splitList " " -}}
host={{ first $server }} port={{ last $server }} user={{ .Values.database.user }} dbname={{ .Values.database.name }} sslmode={{ $mode }}
{{- if include "memos.mountsDatabaseCa" . }} sslrootcert=/etc/memos-ca/database/ca.crt
{{- else if hasPrefix "verify-" $mode }} sslrootcert=system
{{- end }} connect_timeout=5 application_name=memos
{{- if or $pooled .Values.database.behindPooler }} binary_parameters=yes{{ end }}
{{- end }}

{{/* What the processes are told by their environment. */}}
{{- define "memos.environment" -}}
MEMOS_DATA: /var/opt/memos
MEMOS_LOG_LEVEL: {{ .Values.memos.logLevel }}
GOMEMLIMIT: {{ .Values.memos.goMemoryLimit }}
{{- with .Values.memos.instanceUrl }}
MEMOS_INSTANCE_URL: {{ . }}
{{- end }}
{{- if eq .Values.database.kind "sqlite" }}
MEMOS_DRIVER: sqlite
{{- else }}
MEMOS_DRIVER: {{ .Values.database.engine }}
{{- if not .Values.database.dsnFromSecret }}
MEMOS_DSN: {{ include "memos.dsn" . }}
{{- end }}
{{- end }}
{{- if or .Values.cache.ca.configMap .Values.cache.ca.secret }}
SSL_CERT_DIR: /etc/ssl/certs:/etc/memos-ca/cache
{{- end }}
{{- end }}

{{/* Settings that Memos reads from files. */}}
{{- define "memos.settings" -}}
{{- if not .Values.memos.allowSignUp -}}
memos-instance-setting-general.json: |
  {"key":"GENERAL","generalSetting":{"disallowUserRegistration":true}}
{{ end }}
{{- if ne .Values.attachments.kind "s3" -}}
memos-instance-setting-storage.json: |
  {"key":"STORAGE","storageSetting":{"storageType":{{ upper .Values.attachments.kind | quote }},"filepathTemplate":{{ .Values.attachments.filepathTemplate | quote }},"uploadSizeLimitMb":{{ .Values.memos.uploadSizeLimitMb | quote }}}}
{{ end }}
{{- end }}

{{/* The side-car that leads to Cloud SQL, for a component's pods. */}}
{{- define "memos.cloudSqlProxy" -}}
{{- $proxy := .root.Values.database.cloudSqlProxy }}
- name: cloud-sql-proxy
  image: {{ include "memos.image" (dict "root" .root "image" $proxy.image) }}
  imagePullPolicy: {{ $proxy.image.pullPolicy }}
  restartPolicy: Always
  args:
    - {{ ternary "--psc" "--private-ip" $proxy.privateServiceConnect }}
    - --structured-logs
    - --port=5432
    {{- if $proxy.iamLogin }}
    - --auto-iam-authn
    {{- end }}
    - --health-check
    - --http-address=0.0.0.0
    - --http-port=9801
    - --exit-zero-on-sigterm
    - --max-sigterm-delay={{ .values.terminationGracePeriodSeconds }}s
    - {{ $proxy.instance }}
  ports:
    - name: proxy-health
      containerPort: 9801
      protocol: TCP
  startupProbe:
    httpGet:
      path: /startup
      port: proxy-health
    {{- toYaml $proxy.startupProbe | nindent 4 }}
  livenessProbe:
    httpGet:
      path: /liveness
      port: proxy-health
    {{- toYaml $proxy.livenessProbe | nindent 4 }}
  resources:
    {{- toYaml $proxy.resources | nindent 4 }}
  securityContext:
    {{- toYaml .root.Values.securityContext | nindent 4 }}
{{- end }}

{{- define "memos.pooler.config" -}}
{{- $server := include "memos.databaseServer" . | splitList " " }}
{{- $mode := include "memos.databaseTlsMode" . -}}
pgbouncer.ini: |
  [databases]
  {{ .Values.database.name }} = host={{ first $server }} port={{ last $server }} dbname={{ .Values.database.name }}

  [pgbouncer]
  listen_addr = *
  listen_port = 6432
  unix_socket_dir =
  auth_type = scram-sha-256
  auth_file = /etc/pgbouncer-users/userlist.txt
  pool_mode = {{ .Values.pooler.poolMode }}
  default_pool_size = {{ .Values.pooler.poolSize }}
  max_client_conn = {{ .Values.pooler.maxClients }}
  max_db_connections = {{ .Values.pooler.poolSize }}
  query_wait_timeout = 30
  server_connect_timeout = 5
  server_tls_sslmode = {{ $mode }}
  {{- if hasPrefix "verify-" $mode }}
  server_tls_ca_file = {{ if or .Values.database.tls.ca.configMap .Values.database.tls.ca.secret }}/etc/database-ca/ca.crt{{ else }}/etc/ssl/certs/ca-certificates.crt{{ end }}
  {{- end }}
  log_connections = 0
  log_disconnections = 0
{{ end }}

{{/* What Redis and the sentinels say of certificates: (dict "root" . "port" 6379). */}}
{{- define "memos.redis.ports" -}}
{{- if .root.Values.redis.tls.secretName -}}
port 0
tls-port {{ .port }}
tls-cert-file /etc/redis-tls/tls.crt
tls-key-file /etc/redis-tls/tls.key
tls-ca-cert-file /etc/redis-tls/ca.crt
tls-auth-clients no
{{- else -}}
port {{ .port }}
{{- end }}
{{- end }}

{{- define "memos.redis.conf" -}}
bind * -::*
protected-mode no
{{ include "memos.redis.ports" (dict "root" . "port" 6379) }}
{{- if .Values.cache.auth }}
aclfile /etc/redis-users/users.acl
{{- end }}
maxmemory {{ .Values.redis.maxMemory }}
maxmemory-policy {{ .Values.redis.maxMemoryPolicy }}
maxclients {{ .Values.redis.maxClients }}
dir /data
appendonly {{ ternary "yes" "no" .Values.redis.appendOnly }}
save {{ .Values.redis.save | default `""` }}
tcp-keepalive 60
timeout 0
{{- if eq .Values.cache.kind "sentinel" }}
{{- if .Values.redis.tls.secretName }}
tls-replication yes
{{- end }}
replica-announce-port 6379
min-replicas-to-write {{ .Values.redis.minReplicasToWrite }}
min-replicas-max-lag {{ .Values.redis.minReplicasMaxLag }}
repl-diskless-sync yes
repl-diskless-sync-delay 1
rdb-del-sync-files yes
repl-backlog-size {{ .Values.redis.backlogSize }}
client-output-buffer-limit replica {{ .Values.redis.replicaOutputBuffer }}
{{- end }}
{{- end }}

{{/* Scripts as keys of a ConfigMap: (dict "root" . "scripts" (list "common.sh")). */}}
{{- define "memos.redis.scripts" -}}
{{- range .scripts }}
{{ . }}: |
  {{- $.root.Files.Get (printf "files/redis/%s" .) | nindent 2 }}
{{- end }}
{{- if .root.Values.redis.tls.secretName }}
renew.sh: |
  {{- .root.Files.Get "files/redis/renew.sh" | nindent 2 }}
{{- end }}
{{- end }}

{{- define "memos.redis.config" -}}
redis.conf: |
  {{- include "memos.redis.conf" . | nindent 2 }}
{{- if eq .Values.cache.kind "sentinel" }}
{{- include "memos.redis.scripts" (dict "root" . "scripts" (list "common.sh" "ready.sh" "redis.sh" "stop.sh")) }}
{{- end }}
{{ end }}

{{- define "memos.sentinel.config" -}}
sentinel.conf: |
  bind * -::*
  protected-mode no
  {{- include "memos.redis.ports" (dict "root" . "port" 26379) | nindent 2 }}
  {{- if .Values.redis.tls.secretName }}
  tls-replication yes
  {{- end }}
  {{- if .Values.cache.auth }}
  aclfile /etc/redis-users/sentinels.acl
  {{- end }}
  dir /data
  sentinel resolve-hostnames yes
  sentinel announce-hostnames yes
master.conf: |
  sentinel down-after-milliseconds {{ .Values.sentinel.masterName }} {{ .Values.sentinel.downAfterMilliseconds }}
  sentinel failover-timeout {{ .Values.sentinel.masterName }} {{ .Values.sentinel.failoverTimeoutMilliseconds }}
  sentinel parallel-syncs {{ .Values.sentinel.masterName }} {{ .Values.sentinel.parallelSyncs }}
{{- include "memos.redis.scripts" (dict "root" . "scripts" (list "common.sh" "late.sh" "sentinel.sh")) }}
{{ end }}

{{- define "memos.redisProxy.config" -}}
{{- $name := printf "%s-redis" (include "memos.fullname" .) -}}
haproxy.cfg: |
  global
    maxconn {{ .Values.redis.maxClients }}
    # Sessions that are left when the process is told to stop; go-redis opens new ones by itself.
    hard-stop-after 10s

  defaults
    mode tcp
    maxconn {{ .Values.redis.maxClients }}
    timeout connect 500ms
    timeout check 1s
    # Longer than go-redis keeps idle connections; subscriptions ping each three seconds.
    timeout client 1h
    timeout server 1h
    retries 2
    option redispatch 1
    option clitcpka
    option srvtcpka

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

  listen redis
    bind :::6379 v4v6
    option tcp-check
    tcp-check connect default
    {{- if .Values.cache.auth }}
    tcp-check send "AUTH check ${CHECK_PASSWORD}\r\n"
    tcp-check expect string +OK
    {{- end }}
    tcp-check send PING\r\n
    tcp-check expect string +PONG
    tcp-check send "info replication\r\nQUIT\r\n"
    tcp-check expect rstring role:master[\s\S]*connected_slaves:[1-9]
    default-server check inter {{ .Values.redisProxy.checkInterval }} fall 1 rise 1 on-marked-down shutdown-sessions
    default-server resolvers cluster init-addr none resolve-prefer ipv4
    {{- range $i := until (int .Values.redis.replicaCount) }}
    {{- $host := printf "%s-%d.%s.%s.svc.%s" $name $i $name $.Release.Namespace $.Values.clusterDomain }}
    server {{ $name }}-{{ $i }} {{ $host }}:6379
    {{- if $.Values.redis.tls.secretName }} check-ssl verify required ca-file /etc/redis-tls/ca.crt check-sni {{ $host }} verifyhost {{ $host }}{{ end }}
    {{- end }}

  frontend status
    mode http
    bind :::8404 v4v6
    timeout client 10s
    monitor-uri /healthz
    http-request use-service prometheus-exporter if { path /metrics }
{{- if .Values.redis.tls.secretName }}
renew.sh: |
  {{- .Files.Get "files/redis/renew.sh" | nindent 2 }}
{{- end }}
{{ end }}

{{/* The names of all pods of a StatefulSet: (dict "root" . "component" "redis" "count" 3). */}}
{{- define "memos.hosts" -}}
{{- $name := printf "%s-%s" (include "memos.fullname" .root) .component }}
{{- range $i := until (int .count) }}
{{- if $i }} {{ end }}{{ $name }}-{{ $i }}.{{ $name }}.{{ $.root.Release.Namespace }}.svc.{{ $.root.Values.clusterDomain }}
{{- end }}
{{- end }}

{{/* What the scripts of Redis and of the sentinels are told, for a component's pods. */}}
{{- define "memos.redis.env" -}}
{{- $values := .root.Values -}}
- name: POD_NAME
  valueFrom:
    fieldRef:
      fieldPath: metadata.name
- name: ME
  value: $(POD_NAME).{{ include "memos.fullname" .root }}-{{ .component }}.{{ .root.Release.Namespace }}.svc.{{ $values.clusterDomain }}
- name: REDIS_HOSTS
  value: {{ include "memos.hosts" (dict "root" .root "component" "redis" "count" $values.redis.replicaCount) }}
- name: SENTINEL_HOSTS
  value: {{ include "memos.hosts" (dict "root" .root "component" "sentinel" "count" $values.sentinel.replicaCount) }}
- name: QUORUM
  value: {{ $values.sentinel.quorum | quote }}
- name: MASTER_NAME
  value: {{ $values.sentinel.masterName }}
- name: TLS
  value: {{ ternary "yes" "" (not (empty $values.redis.tls.secretName)) | quote }}
- name: PATIENCE
  value: {{ $values.redis.patience | quote }}
- name: LONG_PATIENCE
  value: {{ $values.redis.longPatience | quote }}
{{- end }}

{{/* The side-car that measures Redis or a sentinel: (dict "root" . "port" 6379). */}}
{{- define "memos.redis.exporter" -}}
{{- $metrics := .root.Values.metrics }}
- name: exporter
  image: {{ include "memos.image" (dict "root" .root "image" $metrics.image) }}
  imagePullPolicy: {{ $metrics.image.pullPolicy }}
  restartPolicy: Always
  ports:
    - name: metrics
      containerPort: 9121
      protocol: TCP
  env:
    - name: REDIS_ADDR
      value: redis{{ if .root.Values.redis.tls.secretName }}s{{ end }}://localhost:{{ .port }}
    - name: REDIS_EXPORTER_CONFIG_COMMAND
      value: "-"
    {{- if .root.Values.redis.tls.secretName }}
    - name: REDIS_EXPORTER_SKIP_TLS_VERIFICATION
      value: "true"
    {{- end }}
    {{- if .root.Values.cache.auth }}
    - name: REDIS_USER
      value: exporter
    - name: REDIS_PASSWORD_FILE
      value: /etc/redis-exporter/exporter.json
    {{- end }}
  {{- with $metrics.livenessProbe }}
  livenessProbe:
    httpGet:
      path: /health
      port: metrics
    {{- toYaml . | nindent 4 }}
  {{- end }}
  resources:
    {{- toYaml $metrics.resources | nindent 4 }}
  securityContext:
    {{- toYaml .root.Values.securityContext | nindent 4 }}
  {{- if .root.Values.cache.auth }}
  volumeMounts:
    - name: exporter
      mountPath: /etc/redis-exporter
      readOnly: true
  {{- end }}
{{- end }}

{{- define "memos.serviceMonitor" -}}
{{- $monitor := .root.Values.metrics.serviceMonitor -}}
apiVersion: monitoring.coreos.com/v1
kind: ServiceMonitor
metadata:
  name: {{ include "memos.fullname" .root }}-{{ .component }}
  namespace: {{ $monitor.namespace | default .root.Release.Namespace }}
  labels:
    {{- include "memos.labels" . | nindent 4 }}
    {{- with $monitor.labels }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
spec:
  namespaceSelector:
    matchNames:
      - {{ .root.Release.Namespace }}
  selector:
    matchLabels:
      {{- include "memos.selectorLabels" . | nindent 6 }}
  endpoints:
    - port: {{ .port }}
      interval: {{ $monitor.interval }}
{{- end }}

{{/* Where the outside world is, for network policies. */}}
{{- define "memos.internet" -}}
- ipBlock:
    cidr: 0.0.0.0/0
    except:
      {{- toYaml .Values.networkPolicy.privateNetworks.ipv4 | nindent 6 }}
- ipBlock:
    cidr: ::/0
    except:
      {{- toYaml .Values.networkPolicy.privateNetworks.ipv6 | nindent 6 }}
{{- end }}

{{- define "memos.dns" -}}
- ports:
    - port: 53
      protocol: UDP
    - port: 53
      protocol: TCP
  {{- with .Values.networkPolicy.nameServers }}
  to:
    {{- include "memos.networks" . | nindent 4 }}
  {{- end }}
{{- end }}

{{/* A list of networks as peers. */}}
{{- define "memos.networks" -}}
{{- range . }}
- ipBlock:
    cidr: {{ . }}
{{- end }}
{{- end }}

{{/* The pods of a component of the same installation as peers. */}}
{{- define "memos.peer" -}}
- podSelector:
    matchLabels:
      {{- include "memos.selectorLabels" . | nindent 6 }}
{{- end }}

{{/* The way to the database server. */}}
{{- define "memos.databaseEgress" -}}
{{- $database := .Values.database -}}
{{- if eq $database.kind "postgres" -}}
- ports:
    - port: 5432
      protocol: TCP
  to:
    {{- include "memos.peer" (dict "root" . "component" "postgres") | nindent 4 }}
{{- else if eq $database.kind "cluster" -}}
- ports:
    - port: 5432
      protocol: TCP
  to:
    - podSelector:
        matchLabels:
          cnpg.io/cluster: {{ include "memos.fullname" . }}-database
{{- else -}}
- ports:
    - port: {{ ternary 3307 $database.port $database.cloudSqlProxy.enabled }}
      protocol: TCP
  to:
    {{- include "memos.networks" $database.networks | nindent 4 }}
{{- if $database.cloudSqlProxy.enabled }}
- ports:
    - port: 443
      protocol: TCP
  to:
    {{- include "memos.internet" . | nindent 4 }}
- ports:
    - port: 80
      protocol: TCP
    - port: 987
      protocol: TCP
    - port: 988
      protocol: TCP
  to:
    - ipBlock:
        cidr: 169.254.169.252/32
    - ipBlock:
        cidr: 169.254.169.254/32
{{- end }}
{{- end }}
{{- end }}

{{/* The way to the Kubernetes API. */}}
{{- define "memos.apiServerEgress" -}}
- ports:
    - port: 443
      protocol: TCP
    - port: 6443
      protocol: TCP
  {{- with .Values.networkPolicy.apiServer }}
  to:
    {{- include "memos.networks" . | nindent 4 }}
  {{- end }}
{{- end }}

{{/* The same way to the database in the words of an annotation. */}}
{{- define "memos.databaseWords" -}}
{{- if ne .Values.database.kind "managed" -}}
PostgreSQL
{{- else if .Values.database.cloudSqlProxy.enabled -}}
the database's proxy
Google's APIs
the pod's identity towards the cloud
{{- else -}}
the database
{{- end }}
{{- end }}
