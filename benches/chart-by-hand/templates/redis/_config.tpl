{{/* Where Redis and the sentinels listen: (list . PORT). */}}
{{- define "memos.redis.ports" -}}
{{- if (first .).Plan.redis.tls -}}
port 0
tls-port {{ last . }}
tls-cert-file /etc/redis-tls/tls.crt
tls-key-file /etc/redis-tls/tls.key
tls-ca-cert-file /etc/redis-tls/ca.crt
tls-auth-clients no
{{- else -}}
port {{ last . }}
{{- end }}
{{- end }}

{{/* Puts scripts into the data of a ConfigMap: (list . DATA SCRIPT...). */}}
{{- define "memos.redis.scripts" -}}
{{- $root := first . }}
{{- $scripts := slice . 2 }}
{{- if $root.Plan.redis.tls }}{{ $scripts = append $scripts "renew.sh" }}{{ end }}
{{- $data := index . 1 }}
{{- range $scripts }}
{{- $_ := set $data . ($root.Files.Get (printf "files/redis/%s" .)) }}
{{- end }}
{{- end }}

{{/* The files that each of the three reads. */}}
{{- define "memos.redis.conf" -}}
{{- $cache := .Values.cache }}
{{- $redis := .Plan.redis -}}
bind * -::*
protected-mode no
{{ include "memos.redis.ports" (list . 6379) }}
{{- if $redis.auth }}
aclfile /etc/redis-users/users.acl
{{- end }}
maxmemory {{ $redis.maxMemory }}mb
maxmemory-policy {{ $cache.eviction | default "allkeys-lru" }}
maxclients {{ $redis.maxClients }}
dir /data
appendonly {{ ternary "yes" "no" (has $cache.persistence (list "aof" "both")) }}
save {{ ternary "900 1 300 10 60 10000" `""` (has $cache.persistence (list "rdb" "both")) }}
tcp-keepalive 60
timeout 0
{{- if $redis.failover }}
{{- if $redis.tls }}
tls-replication yes
{{- end }}
replica-announce-port 6379
min-replicas-to-write {{ include "memos.given" (list $cache.minReplicasToWrite 1) }}
min-replicas-max-lag {{ include "memos.seconds" ($cache.maxLag | default "3s") }}
repl-diskless-sync yes
repl-diskless-sync-delay 1
rdb-del-sync-files yes
repl-backlog-size 16mb
client-output-buffer-limit replica 64mb 32mb 60
{{- end }}
{{ end }}

{{- define "memos.sentinel.conf" -}}
bind * -::*
protected-mode no
{{ include "memos.redis.ports" (list . 26379) }}
{{- if .Plan.redis.tls }}
tls-replication yes
{{- end }}
{{- if .Plan.redis.auth }}
aclfile /etc/redis-users/sentinels.acl
{{- end }}
dir /data
sentinel resolve-hostnames yes
sentinel announce-hostnames yes
{{ end }}

{{- define "memos.master.conf" -}}
{{- $cache := .Values.cache -}}
sentinel down-after-milliseconds memos {{ include "memos.seconds" ($cache.downAfter | default "4s") }}000
sentinel failover-timeout memos {{ include "memos.seconds" ($cache.failoverTimeout | default "5s") }}000
sentinel parallel-syncs memos 1
{{ end }}

{{- define "memos.redis.haproxy" -}}
{{- $redis := .Plan.redis }}
{{- $name := .Plan.of.redis.name -}}
global
  maxconn {{ $redis.maxClients }}
  # Sessions that are left when the process is told to stop; go-redis opens new ones by itself.
  hard-stop-after 10s

defaults
  mode tcp
  maxconn {{ $redis.maxClients }}
  timeout connect 500ms
  timeout check 1s
  # Longer than go-redis keeps idle connections; subscriptions ping each three seconds.
  timeout client 1h
  timeout server 1h
  retries 2
  option redispatch 1
  option clitcpka
  option srvtcpka

{{ include "memos.haproxy.resolvers" . }}

listen redis
  bind :::6379 v4v6
  option tcp-check
  tcp-check connect default
  {{- if $redis.auth }}
  tcp-check send "AUTH check ${CHECK_PASSWORD}\r\n"
  tcp-check expect string +OK
  {{- end }}
  tcp-check send PING\r\n
  tcp-check expect string +PONG
  tcp-check send "info replication\r\nQUIT\r\n"
  {{- if eq (include "memos.given" (list .Values.cache.minReplicasToWrite 1)) "0" }}
  tcp-check expect string role:master
  {{- else }}
  tcp-check expect rstring role:master[\s\S]*connected_slaves:[1-9]
  {{- end }}
  default-server check inter {{ ternary 500 200 $redis.tls }}ms fall 1 rise 1 on-marked-down shutdown-sessions
  default-server resolvers cluster init-addr none resolve-prefer ipv4
  {{- range until 3 }}
  {{- $host := printf "%s-%d.%s.%s.svc.cluster.local" $name . $name $.Release.Namespace }}
  server {{ $name }}-{{ . }} {{ $host }}:6379
  {{- if $redis.tls }} check-ssl verify required ca-file /etc/redis-tls/ca.crt check-sni {{ $host }} verifyhost {{ $host }}{{ end }}
  {{- end }}

{{ include "memos.haproxy.status" . }}
{{ end }}

{{/* The names of the three pods of a component. */}}
{{- define "memos.hosts" -}}
{{- range until 3 }}
{{- if . }} {{ end }}{{ $.name }}-{{ . }}.{{ $.name }}.{{ $.root.Release.Namespace }}.svc.cluster.local
{{- end }}
{{- end }}

{{/* What the scripts of Redis and of the sentinels are told, for a component's pods. */}}
{{- define "memos.redis.env" -}}
{{- $of := .root.Plan.of -}}
- name: POD_NAME
  valueFrom:
    fieldRef:
      fieldPath: metadata.name
- name: ME
  value: $(POD_NAME).{{ .name }}.{{ .root.Release.Namespace }}.svc.cluster.local
- name: REDIS_HOSTS
  value: {{ include "memos.hosts" $of.redis }}
- name: SENTINEL_HOSTS
  value: {{ include "memos.hosts" $of.sentinel }}
- name: QUORUM
  value: "2"
- name: MASTER_NAME
  value: memos
- name: TLS
  value: {{ ternary "yes" "" .root.Plan.redis.tls | quote }}
- name: PATIENCE
  value: "6"
- name: LONG_PATIENCE
  value: "90"
{{- end }}

{{/* The side-car that measures Redis or a sentinel: (list . PORT). */}}
{{- define "memos.redis.exporter" -}}
{{- $root := first . }}
{{- $redis := $root.Plan.redis -}}
- name: exporter
  image: {{ include "memos.image" (list $root $root.Values.images.redisExporter "oliver006/redis_exporter:v1.91.1") | quote }}
  imagePullPolicy: Always
  restartPolicy: Always
  ports:
    - name: metrics
      containerPort: 9121
      protocol: TCP
  env:
    - name: REDIS_ADDR
      value: {{ $redis.scheme }}://localhost:{{ last . }}
    - name: REDIS_EXPORTER_CONFIG_COMMAND
      value: "-"
    {{- if $redis.tls }}
    - name: REDIS_EXPORTER_SKIP_TLS_VERIFICATION
      value: "true"
    {{- end }}
    {{- if $redis.auth }}
    - name: REDIS_USER
      value: exporter
    - name: REDIS_PASSWORD_FILE
      value: /etc/redis-exporter/exporter.json
    {{- end }}
  livenessProbe:
    httpGet:
      path: /health
      port: metrics
    periodSeconds: 10
    timeoutSeconds: 5
    failureThreshold: 6
  {{- include "memos.resources" (dict "cpu" (list "10m" "100m") "memory" (list "32Mi" "64Mi")) | nindent 2 }}
  {{- include "memos.securityContext" . | nindent 2 }}
  {{- if $redis.auth }}
  volumeMounts:
    - name: exporter
      mountPath: /etc/redis-exporter
      readOnly: true
  {{- end }}
{{- end }}
