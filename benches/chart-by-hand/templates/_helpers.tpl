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

{{/* Labels of everything that selects: name and installation. */}}
{{- define "memos.selectorLabels" -}}
app.kubernetes.io/name: {{ include "memos.name" . }}
app.kubernetes.io/instance: {{ include "memos.fullname" . }}
{{- end }}

{{- define "memos.commonLabels" -}}
{{ include "memos.selectorLabels" . }}
app.kubernetes.io/part-of: memos
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ include "memos.chart" . }}
{{- end }}

{{- define "memos.version" -}}
app.kubernetes.io/version: {{ .Values.image.tag | default .Chart.AppVersion | quote }}
{{- end }}

{{- define "memos.labels" -}}
{{ include "memos.commonLabels" . }}
app.kubernetes.io/component: memos
{{- end }}

{{- define "memos.memosSelectorLabels" -}}
{{ include "memos.selectorLabels" . }}
app.kubernetes.io/component: memos
{{- end }}

{{- define "memos.pooler.fullname" -}}
{{ include "memos.fullname" . }}-pooler
{{- end }}

{{- define "memos.pooler.labels" -}}
{{ include "memos.commonLabels" . }}
app.kubernetes.io/component: pooler
{{- end }}

{{- define "memos.pooler.selectorLabels" -}}
{{ include "memos.selectorLabels" . }}
app.kubernetes.io/component: pooler
{{- end }}

{{- define "memos.serviceAccountName" -}}
{{- default (include "memos.fullname" .) .Values.serviceAccount.name }}
{{- end }}

{{- define "memos.databaseSecret" -}}
{{- default (printf "%s-database" (include "memos.fullname" .)) .Values.database.existingSecret }}
{{- end }}

{{- define "memos.cacheSecret" -}}
{{- default (printf "%s-cache" (include "memos.fullname" .)) .Values.redis.existingSecret }}
{{- end }}

{{- define "memos.storageSecret" -}}
{{- default (printf "%s-storage" (include "memos.fullname" .)) .Values.persistence.s3.existingSecret }}
{{- end }}

{{/* What the processes are told by their environment. */}}
{{- define "memos.environment" -}}
MEMOS_DRIVER: postgres
MEMOS_DATA: /var/opt/memos
MEMOS_DSN: host={{ include "memos.pooler.fullname" . }} port=6432 user={{ .Values.database.user }} dbname={{ .Values.database.name }} sslmode=disable connect_timeout=5 application_name=memos binary_parameters=yes
MEMOS_LOG_LEVEL: {{ .Values.config.logLevel }}
GOMEMLIMIT: {{ .Values.config.goMemoryLimit }}
{{- end }}

{{/* Settings that Memos reads from files. */}}
{{- define "memos.settings" -}}
memos-instance-setting-general.json: |
  {"key":"GENERAL","generalSetting":{"disallowUserRegistration":{{ .Values.config.disallowUserRegistration }}}}
{{- if .Values.persistence.enabled }}
memos-instance-setting-storage.json: |
  {"key":"STORAGE","storageSetting":{"storageType":"LOCAL","filepathTemplate":{{ .Values.persistence.filepathTemplate | quote }},"uploadSizeLimitMb":{{ .Values.config.uploadSizeLimitMb | quote }}}}
{{- end }}
{{ end }}

{{- define "memos.pooler.config" -}}
pgbouncer.ini: |
  [databases]
  {{ .Values.database.name }} = host={{ .Values.database.host }} port={{ .Values.database.port }} dbname={{ .Values.database.name }}

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
  server_tls_sslmode = {{ .Values.database.tls.mode }}
  server_tls_ca_file = {{ ternary "/etc/database-ca/ca.crt" "/etc/ssl/certs/ca-certificates.crt" (not (empty .Values.database.tls.caConfigMap)) }}
  log_connections = 0
  log_disconnections = 0
{{ end }}

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
{{- end }}
