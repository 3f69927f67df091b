{{/* What each Ingress controller reads from annotations. */}}
{{- define "memos.ingress.aws" -}}
{{- $exposure := .Values.exposure -}}
alb.ingress.kubernetes.io/healthcheck-path: /healthz
alb.ingress.kubernetes.io/success-codes: "200"
alb.ingress.kubernetes.io/scheme: {{ ternary "internal" "internet-facing" (eq $exposure.internal true) }}
alb.ingress.kubernetes.io/target-type: ip
alb.ingress.kubernetes.io/target-group-attributes: deregistration_delay.timeout_seconds=30,load_balancing.algorithm.type=least_outstanding_requests
{{- if $exposure.edge.affinity }},stickiness.enabled=true,stickiness.type=lb_cookie,stickiness.lb_cookie.duration_seconds=3600{{ end }}
alb.ingress.kubernetes.io/load-balancer-attributes: idle_timeout.timeout_seconds={{ .Plan.edge.idle }},routing.http.drop_invalid_header_fields.enabled=true
{{- if .Plan.edge.tls }}
alb.ingress.kubernetes.io/listen-ports: '[{"HTTP": 80}, {"HTTPS": 443}]'
alb.ingress.kubernetes.io/ssl-policy: ELBSecurityPolicy-TLS13-1-2-2021-06
alb.ingress.kubernetes.io/ssl-redirect: "443"
{{- with $exposure.tls.certificate }}
alb.ingress.kubernetes.io/certificate-arn: {{ . | quote }}
{{- end }}
{{- else }}
alb.ingress.kubernetes.io/listen-ports: '[{"HTTP": 80}]'
{{- end }}
{{- with $exposure.edge.waf }}
alb.ingress.kubernetes.io/wafv2-acl-arn: {{ . | quote }}
{{- end }}
{{- with $exposure.edge.sourceRanges }}
alb.ingress.kubernetes.io/inbound-cidrs: {{ join "," . | quote }}
{{- end }}
{{- end }}

{{- define "memos.ingress.gce" -}}
{{- $exposure := .Values.exposure }}
{{- $edge := .Plan.edge -}}
kubernetes.io/ingress.class: {{ $exposure.class }}
{{- if and $edge.tls $edge.internal }}
kubernetes.io/ingress.allow-http: "false"
{{- else if $edge.tls }}
networking.gke.io/v1beta1.FrontendConfig: {{ .Plan.fullname | quote }}
{{- if eq $edge.tlsKind "certManager" }}
acme.cert-manager.io/http01-edit-in-place: "true"
cert-manager.io/issue-temporary-certificate: "true"
{{- end }}
{{- end }}
{{- with $exposure.tls.certificate }}
{{- if eq . "managed" }}
networking.gke.io/managed-certificates: {{ $.Plan.fullname | quote }}
{{- else }}
ingress.gcp.kubernetes.io/pre-shared-cert: {{ . | quote }}
{{- end }}
{{- end }}
{{- end }}

{{- define "memos.ingress.traefik" -}}
{{- $middlewares := list }}
{{- range include "memos.traefik.middlewares" . | splitList " " | compact }}
{{- $middlewares = append $middlewares (printf "%s-%s@kubernetescrd" $.Release.Namespace (include "memos.name" (list $ .))) }}
{{- end }}
{{- with $middlewares -}}
traefik.ingress.kubernetes.io/router.middlewares: {{ join "," . | quote }}
{{- end }}
{{- end }}

{{/* The middlewares that are needed, in their order. */}}
{{- define "memos.traefik.middlewares" -}}
{{- if .Plan.edge.tls }}redirect {{ end }}
{{- if .Values.exposure.edge.sourceRanges }}sources {{ end }}
{{- if .Values.exposure.edge.requestsPerSecond }}rate-limit{{ end }}
{{- end }}

{{- define "memos.ingress.haproxy" -}}
{{- $edge := .Values.exposure.edge -}}
haproxy.org/timeout-server: {{ .Plan.edge.idle }}s
haproxy.org/timeout-tunnel: {{ .Plan.edge.idle }}s
{{- if .Plan.edge.tls }}
haproxy.org/ssl-redirect: "true"
{{- end }}
{{- if $edge.affinity }}
haproxy.org/cookie-persistence: memos-replica
{{- end }}
{{- with $edge.requestsPerSecond }}
haproxy.org/rate-limit-period: 1s
haproxy.org/rate-limit-requests: {{ int64 . | quote }}
haproxy.org/rate-limit-status-code: "429"
{{- end }}
{{- with $edge.sourceRanges }}
haproxy.org/allow-list: {{ join "," . | quote }}
{{- end }}
{{- end }}

{{- define "memos.ingress.nginx" -}}
{{- $edge := .Values.exposure.edge -}}
nginx.ingress.kubernetes.io/proxy-body-size: {{ $edge.maxBodyMb | default .Plan.edge.bodyNeeded | int64 }}m
nginx.ingress.kubernetes.io/proxy-read-timeout: {{ .Plan.edge.idle | quote }}
nginx.ingress.kubernetes.io/proxy-send-timeout: {{ .Plan.edge.idle | quote }}
{{- if $edge.affinity }}
nginx.ingress.kubernetes.io/affinity: cookie
nginx.ingress.kubernetes.io/session-cookie-max-age: "3600"
nginx.ingress.kubernetes.io/session-cookie-name: memos-replica
{{- end }}
{{- with $edge.requestsPerSecond }}
nginx.ingress.kubernetes.io/limit-rps: {{ int64 . | quote }}
{{- end }}
{{- with $edge.sourceRanges }}
nginx.ingress.kubernetes.io/whitelist-source-range: {{ join "," . | quote }}
{{- end }}
{{- end }}
