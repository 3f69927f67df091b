{{/* The files that gate and keeper read. */}}
{{- define "memos.standby.scripts" -}}
{{- range list "gate.sh" "keeper.sh" "lease.sh" "young.sh" }}
{{ . }}: {{ printf "files/standby/%s" . | $.Files.Get | toJson }}
{{- end }}
{{- if .Values.rollout.createAdministrator }}
administrator.sh: {{ include "memos.administrator.script" . | toJson }}
{{- end }}
{{- end }}

{{/*
The configuration of the proxies. Who serves is who listens. While nobody does, a request goes to a port at which nobody listens, which is
tried again for a quarter of a second, and then to the front once more, with the number of its rounds in a header. A request that met a
Memos that was ending gets to the front again as well, unless it may have changed something already.
*/}}
{{- define "memos.standby.haproxy" -}}
global
  maxconn 2000
  hard-stop-after 10s

defaults
  mode http
  maxconn 2000
  timeout connect 1s
  # Who does not listen is found out at once; who hangs is ended by his keeper, and one that is slow is left alone.
  timeout check 3s
  timeout http-request 30s
  timeout http-keep-alive 75s
  # Streams of events say something each thirty seconds.
  timeout client 300s
  timeout server 300s

{{ include "memos.haproxy.resolvers" . }}

frontend requests
  bind :::5230 v4v6
  bind 127.0.0.1:8081
  # For health checks of the edge: who serves is no reason to take a proxy away.
  monitor-uri /healthz
  option forwardfor if-none
  {{- include "memos.standby.serves" (list . "somebody") }}
  acl held req.hdr(x-memos-held) -m found
  http-request del-header x-memos-held if { dst_port 5230 }
  http-request set-header x-memos-held %[req.hdr(x-memos-held),add(1)] if !somebody held
  http-request set-header x-memos-held 1 if !somebody !held
  http-request return status 503 if !somebody { req.hdr(x-memos-held) -m int gt {{ mul 4 .Plan.standby.lease }} }
  use_backend hold if !somebody
  default_backend memos

backend memos
  {{- if .Values.rollout.holdUntilAdministrator }}
  option httpchk GET /api/v1/instance/profile
  http-check expect rstring \"needsSetup\":\ ?false
  {{- else }}
  option httpchk GET /healthz
  http-check expect status 200
  {{- end }}
  # What was not answered at all is asked again, if it only reads.
  retries 3
  retry-on conn-failure empty-response
  http-request disable-l7-retry if !METH_GET
  option redispatch 1
  server again 127.0.0.1:8081 backup
  # A node that is gone without a word is noticed by the kernel.
  option srvtcpka
  srvtcpka-idle 2s
  srvtcpka-intvl 1s
  srvtcpka-cnt 3
  default-server check inter 500ms fastinter 250ms downinter 250ms fall 2 rise 1 tcp-ut 5s
  default-server resolvers cluster init-addr none resolve-prefer ipv4
  # A pod that is new is asked before it is taken for one that serves.
  .if version_atleast(3.1)
  default-server init-state down
  .endif
  server-template memos {{ add .Plan.scale.pods 2 }} {{ include "memos.name" (list . "pods") }}.{{ .Release.Namespace }}.svc.cluster.local:5230

# Waits for a quarter of a second, then asks once more.
backend hold
  timeout connect 250ms
  retries 2
  option redispatch -1
  use-server nobody if TRUE
  server nobody 127.0.0.1:9
  server again 127.0.0.1:8081

{{ include "memos.haproxy.status" . }}
  {{- include "memos.standby.serves" (list . "ready") }}
  http-request return status 503 if { path /ready } !ready
  http-request return status 200 if { path /ready }
{{ end }}

{{- define "memos.standby.serves" }}
{{- $acl := index . 1 }}
{{- range until (add (index . 0).Plan.scale.pods 2 | int) }}
  acl {{ $acl }} srv_is_up(memos/memos{{ add . 1 }})
{{- end }}
{{- end }}

{{/* The side-car that keeps the lease, or waits for it. */}}
{{- define "memos.standby.keeper" -}}
{{- $standby := .Plan.standby }}
{{- $db := .Plan.db -}}
- name: keeper
  image: {{ include "memos.image" (list . .Values.images.keeper "postgres:18-alpine") | quote }}
  imagePullPolicy: Always
  restartPolicy: Always
  command:
    - /bin/sh
    - /etc/memos-standby/keeper.sh
  env:
    - name: POD_NAME
      valueFrom:
        fieldRef:
          fieldPath: metadata.name
    - name: REVISION
      valueFrom:
        fieldRef:
          fieldPath: metadata.labels['pod-template-hash']
    - name: LEASE
      value: {{ mul 100 $standby.lease | quote }}
    - name: KEPT_BACK
      value: {{ div (mul 100 $standby.lease) 3 | quote }}
    - name: STARTUP
      value: {{ mul 100 .Values.rollout.startupSeconds | quote }}
    - name: ASK_AFTER
      value: "4000"
    - name: MEMOS
      value: http://127.0.0.1:5230/healthz
    - name: PGHOST
      value: {{ $standby.host | quote }}
    - name: PGPORT
      value: {{ $standby.port | quote }}
    - name: PGDATABASE
      value: {{ $db.name | quote }}
    - name: PGUSER
      value: {{ $standby.user | quote }}
    - name: PGSSLMODE
      value: {{ $db.mode }}
    - name: PGCONNECT_TIMEOUT
      value: "4"
    - name: PGAPPNAME
      value: memos-keeper
    - name: PGOPTIONS
      value: -c statement_timeout=1500 -c synchronous_commit=off
    {{- if hasPrefix "verify-" $db.mode }}
    - name: PGSSLROOTCERT
      value: {{ ternary "/etc/memos-ca/database/ca.crt" "/etc/ssl/certs/ca-certificates.crt" (not (empty $db.ca)) }}
    {{- end }}
    {{- with $standby.secret }}
    - name: PGPASSWORD
      valueFrom:
        secretKeyRef:
          name: {{ . | quote }}
          key: {{ $standby.key }}
    {{- end }}
  readinessProbe:
    {{- include "memos.standby.young" (list "answered" 1000) | nindent 4 }}
    periodSeconds: 5
    timeoutSeconds: 3
    failureThreshold: 1
  livenessProbe:
    {{- include "memos.standby.young" (list "keeper" 3000) | nindent 4 }}
    periodSeconds: 10
    timeoutSeconds: 3
    failureThreshold: 3
  {{- include "memos.resources" (dict "cpu" (list "25m" "250m") "memory" (list "16Mi" "64Mi")) | nindent 2 }}
  {{- include "memos.securityContext" . | nindent 2 }}
  volumeMounts:
    {{- include "memos.standby.mounts" . | nindent 4 }}
    {{- if $db.ca }}
    - name: database-ca
      mountPath: /etc/memos-ca/database
      readOnly: true
    {{- end }}
{{- end }}

{{/* Where gate and keeper meet, and what they run. */}}
{{- define "memos.standby.mounts" -}}
- name: lease
  mountPath: /lease
- name: standby
  mountPath: /etc/memos-standby
  readOnly: true
{{- end }}

{{/* Whether a sign is younger than so many hundredths of a second: (list SIGN AGE). */}}
{{- define "memos.standby.young" -}}
exec:
  command:
    - /bin/sh
    - /etc/memos-standby/young.sh
    - {{ first . }}
    - {{ last . | quote }}
{{- end }}
