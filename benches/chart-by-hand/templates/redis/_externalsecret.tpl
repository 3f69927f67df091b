{{/* The passwords of Redis: the users of a managed one are made elsewhere. */}}
{{- define "memos.cacheExternalSecret" -}}
{{- $secrets := .Values.externalSecrets }}
{{- $failover := eq .Values.cache.kind "sentinel" }}
{{- $own := ne .Values.cache.kind "managed" }}
{{- $tls := ternary .Values.cache.tls (not (empty .Values.redis.tls.secretName)) (not $own) }}
{{- $host := .Values.cache.host }}
{{- if $failover }}
{{- $host = printf "%s-redis-proxy" (include "memos.fullname" .) }}
{{- else if $own }}
{{- $host = printf "%s-redis" (include "memos.fullname" .) }}
{{- end }}
{{- $keys := list "password" }}
{{- if $failover }}
{{- $keys = concat $keys (list "check-password" "keeper-password" "replica-password" "sentinel-password") }}
{{- end }}
{{- if .Values.metrics.enabled }}
{{- $keys = append $keys "exporter-password" }}
{{- end }}
apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata:
  name: {{ include "memos.cacheSecret" . }}
  {{- include "memos.metadata" (dict "root" . "component" "redis" "values" .Values.redis) | nindent 2 }}
spec:
  refreshInterval: {{ $secrets.refreshInterval }}
  secretStoreRef:
    {{- toYaml $secrets.storeRef | nindent 4 }}
  target:
    name: {{ include "memos.cacheSecret" . }}
    creationPolicy: Owner
    deletionPolicy: Retain
    template:
      engineVersion: v2
      data:
        url: {{ printf "%s://:{{ .password | urlquery | replace \"+\" \"%%20\" }}@%s:%v/0" (ternary "rediss" "redis" $tls) $host (ternary 6379 .Values.cache.port $own) | quote }}
        {{- if $own }}
        users.acl: |
          user default on #{{ "{{ .password | sha256sum }}" }} ~{{ .Values.cache.keyPrefix }}:* &{{ .Values.cache.keyPrefix }}:* -@all +hello +auth +select +ping +echo +quit +client|setinfo +client|setname +get +set +setex +del +scan +exists +expire +publish +subscribe +unsubscribe +psubscribe +punsubscribe
          {{- if $failover }}
          user check on #{{ "{{ .check_password | sha256sum }}" }} -@all +ping +info
          user keeper on #{{ "{{ .keeper_password | sha256sum }}" }} -@all +ping +info +client|pause +client|unpause
          user replica on #{{ "{{ .replica_password | sha256sum }}" }} -@all +psync +replconf +ping
          user sentinel on #{{ "{{ .sentinel_password | sha256sum }}" }} &__sentinel__:hello -@all +ping +info +role +multi +exec +slaveof +replicaof +failover +config|rewrite +client|setname +client|kill +script|kill +publish +subscribe
          {{- else }}
          user probe on nopass -@all +ping
          {{- end }}
          {{- if .Values.metrics.enabled }}
          user exporter on #{{ "{{ .exporter_password | sha256sum }}" }} -@all +client|setname +ping +info +latency|latest +latency|histogram +slowlog|len
          {{- end }}
        {{- if .Values.metrics.enabled }}
        exporter.json: '{"{{ ternary "rediss" "redis" $tls }}://localhost:6379":{{ "{{ .exporter_password | toJson }}" }},"{{ ternary "rediss" "redis" $tls }}://exporter@localhost:6379":{{ "{{ .exporter_password | toJson }}" }}}'
        {{- end }}
        {{- end }}
        {{- if $failover }}
        check: {{ "{{ .check_password }}" | quote }}
        keeper: {{ "{{ .keeper_password }}" | quote }}
        replica: {{ "{{ .replica_password }}" | quote }}
        sentinel: {{ "{{ .sentinel_password }}" | quote }}
        sentinels.acl: |
          user default off
          user keeper on #{{ "{{ .keeper_password | sha256sum }}" }} -@all +ping +sentinel|get-master-addr-by-name +sentinel|failover
          user sentinel on #{{ "{{ .sentinel_password | sha256sum }}" }} &__sentinel__:hello -@all +ping +info +publish +subscribe +client|setname +sentinel|is-master-down-by-addr
          {{- if .Values.metrics.enabled }}
          user exporter on #{{ "{{ .exporter_password | sha256sum }}" }} -@all +ping +info +client|setname +sentinel|masters +sentinel|sentinels +sentinel|replicas +sentinel|slaves +sentinel|ckquorum
        exporter-sentinel.json: '{"{{ ternary "rediss" "redis" $tls }}://localhost:26379":{{ "{{ .exporter_password | toJson }}" }},"{{ ternary "rediss" "redis" $tls }}://exporter@localhost:26379":{{ "{{ .exporter_password | toJson }}" }}}'
          {{- end }}
        {{- end }}
  data:
    {{- range $keys }}
    - secretKey: {{ . | replace "-" "_" }}
      remoteRef:
        key: {{ $secrets.prefix }}cache
        property: {{ . }}
    {{- end }}
{{- end }}
