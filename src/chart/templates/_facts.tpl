{{- /* Derived by memos-gen from its own builders; changes belong there. */ -}}

{{- define "memos.edge" -}}
{{- $class := toString .Values.exposure.class }}
{{- if eq .Values.exposure.kind "gateway" }}
{{- if has $class (list "alb" "aws-alb" "aws-alb-gateway-class") }}{{ " alb of-aws takes-cloud-certificate has-affinity has-waf limits-sources sets-idle-timeout can-be-internal needs-networks " }}{{- else if has $class (list "approuting-istio") }}{{ " app-routing beside-gateway of-azure takes-secret-certificate can-be-internal " }}{{- else if has $class (list "azure-alb-external") }}{{ " application-gateway-for-containers of-azure takes-secret-certificate has-affinity has-waf sets-idle-timeout takes-address needs-networks " }}{{- else if has $class (list "envoy" "envoy-gateway" "eg") }}{{ " envoy takes-secret-certificate has-affinity limits-rate limits-sources " }}{{- else if has $class (list "nginx" "kgateway") }}{{ " gateway-beside beside-gateway takes-secret-certificate " }}{{- else if has $class (list "gke-l7-global-external-managed" "gke-l7-gxlb") }}{{ " google-global google of-gcp takes-cloud-certificate takes-secret-certificate has-affinity has-waf sets-idle-timeout takes-address " }}{{- else if has $class (list "istio") }}{{ " istio beside-gateway takes-secret-certificate has-affinity can-be-internal " }}{{- else if has $class (list "traefik") }}{{ " traefik takes-secret-certificate " }}{{- else if hasPrefix "gke-l7-" $class }}{{ " google-regional google of-gcp takes-cloud-certificate takes-secret-certificate has-affinity has-waf sets-idle-timeout takes-address needs-networks " }}{{- else }}{{ " other takes-secret-certificate " }}{{- end }}
{{- if or (hasPrefix "gke-l7-rilb" $class) (contains "-internal-" $class) }}{{ "internal-by-name " }}{{ end }}
{{- else if eq .Values.exposure.kind "ingress" }}
{{- if has $class (list "alb") }}{{ " alb of-aws takes-cloud-certificate has-affinity has-waf limits-sources sets-idle-timeout can-be-internal needs-networks " }}{{- else if has $class (list "webapprouting.kubernetes.azure.com") }}{{ " app-routing-nginx of-azure takes-secret-certificate has-affinity limits-rate limits-sources sets-idle-timeout limits-bodies " }}{{- else if has $class (list "azure-application-gateway" "azure.application-gateway") }}{{ " application-gateway of-azure takes-secret-certificate needs-networks " }}{{- else if has $class (list "gce") }}{{ " gce google of-gcp takes-cloud-certificate takes-secret-certificate has-affinity has-waf sets-idle-timeout takes-address " }}{{- else if has $class (list "gce-internal") }}{{ " gce-internal google of-gcp takes-cloud-certificate takes-secret-certificate has-affinity has-waf sets-idle-timeout takes-address can-be-internal needs-networks " }}{{- else if has $class (list "haproxy") }}{{ " haproxy takes-secret-certificate has-affinity limits-rate limits-sources sets-idle-timeout " }}{{- else if has $class (list "nginx") }}{{ " nginx takes-secret-certificate has-affinity limits-rate limits-sources sets-idle-timeout limits-bodies " }}{{- else if has $class (list "traefik") }}{{ " traefik takes-secret-certificate has-affinity limits-rate limits-sources " }}{{- else }}{{ " other takes-secret-certificate " }}{{- end }}
{{- if or (hasPrefix "gke-l7-rilb" $class) (contains "-internal-" $class) }}{{ "internal-by-name " }}{{ end }}
{{- end }}
{{- end }}

{{- define "memos.fact.behindPooler" -}}
{{ if and (eq .Values.database.kind "managed") (not (eq .Values.database.engine "mysql")) (not .Values.database.cloudSqlProxy.instance) (or .Values.database.behindPooler (and (kindIs "invalid" .Values.database.behindPooler) (eq (int64 .Values.database.port) 6432))) }}true{{ end }}
{{- end }}

{{- define "memos.fact.pooler" -}}
{{ if and (not (eq .Values.database.credentials "dsnFile")) (or (and (ge (include "memos.figure.scaling.max" . | int64) 2) (not .Values.database.cloudSqlProxy.iamLogin) (not (eq .Values.database.pooler.enabled false)) (not (eq .Values.database.engine "mysql")) (or (and (include "memos.fact.behindPooler" .) (or .Values.database.cloudSqlProxy.instance .Values.database.pooler.enabled)) (and (not (include "memos.fact.behindPooler" .)) (not (eq .Values.database.kind "sqlite"))))) (and (not (ge (include "memos.figure.scaling.max" . | int64) 2)) .Values.database.pooler.enabled (not (eq .Values.database.engine "mysql")) (not .Values.database.cloudSqlProxy.iamLogin))) }}true{{ end }}
{{- end }}

{{- define "memos.fact.ownPooler" -}}
{{ if and (include "memos.fact.pooler" .) (not (eq .Values.database.kind "cluster")) }}true{{ end }}
{{- end }}

{{- define "memos.fact.severalPoolers" -}}
{{ if and (include "memos.fact.pooler" .) (or (kindIs "invalid" .Values.database.pooler.replicas) (ge (int64 .Values.database.pooler.replicas) 2)) }}true{{ end }}
{{- end }}

{{- define "memos.fact.poolerMeetsDatabase" -}}
{{ if and (eq .Values.database.kind "managed") (include "memos.fact.ownPooler" .) }}true{{ end }}
{{- end }}

{{- define "memos.fact.poolerHasProxy" -}}
{{ if and .Values.database.cloudSqlProxy.instance (include "memos.fact.ownPooler" .) }}true{{ end }}
{{- end }}

{{- define "memos.fact.poolerHasAuthority" -}}
{{ if and .Values.database.tls.ca.kind (not (eq .Values.database.tls.ca.kind "system")) (include "memos.fact.ownPooler" .) (not .Values.database.cloudSqlProxy.instance) }}true{{ end }}
{{- end }}

{{- define "memos.fact.memosMeetsDatabase" -}}
{{ if and (not (include "memos.fact.pooler" .)) (eq .Values.database.kind "managed") }}true{{ end }}
{{- end }}

{{- define "memos.fact.memosHasProxy" -}}
{{ if and (include "memos.fact.memosMeetsDatabase" .) .Values.database.cloudSqlProxy.instance }}true{{ end }}
{{- end }}

{{- define "memos.fact.databaseAuthority" -}}
{{ if or (eq .Values.database.kind "cluster") (and (include "memos.fact.memosMeetsDatabase" .) .Values.database.tls.ca.kind (not (eq .Values.database.tls.ca.kind "system")) (not .Values.database.cloudSqlProxy.instance)) }}true{{ end }}
{{- end }}

{{- define "memos.fact.databaseSecret" -}}
{{ if and (not (has .Values.database.kind (list "cluster" "sqlite"))) (or (not .Values.database.cloudSqlProxy.iamLogin) (eq .Values.database.engine "mysql") (eq .Values.database.credentials "dsnFile")) }}true{{ end }}
{{- end }}

{{- define "memos.fact.dsnSecret" -}}
{{ if or (eq .Values.database.engine "mysql") (eq .Values.database.credentials "dsnFile") }}true{{ end }}
{{- end }}

{{- define "memos.fact.ownRedis" -}}
{{ if not (has .Values.cache.kind (list "managed" "none")) }}true{{ end }}
{{- end }}

{{- define "memos.fact.redisCertificate" -}}
{{ if or .Values.cache.certificate.issuer .Values.cache.tlsSecret }}true{{ end }}
{{- end }}

{{- define "memos.fact.redisUsers" -}}
{{ if and (include "memos.fact.ownRedis" .) (not (eq .Values.cache.auth false)) }}true{{ end }}
{{- end }}

{{- define "memos.fact.redisVolume" -}}
{{ if and .Values.cache.persistence (not (eq .Values.cache.persistence "none")) }}true{{ end }}
{{- end }}

{{- define "memos.fact.settingsFile" -}}
{{ if or (not .Values.memos.allowSignUp) (not (eq .Values.attachments.kind "s3")) (eq .Values.memos.version "0.31.0") }}true{{ end }}
{{- end }}

{{- define "memos.fact.cacheAuthority" -}}
{{ if or (include "memos.fact.redisCertificate" .) (and .Values.cache.ca.kind (not (eq .Values.cache.ca.kind "system")) (not (eq .Values.cache.tls false))) }}true{{ end }}
{{- end }}

{{- define "memos.fact.cacheSecret" -}}
{{ if and (not (eq .Values.cache.kind "none")) (not (eq .Values.cache.auth false)) }}true{{ end }}
{{- end }}

{{- define "memos.fact.redisForOthers" -}}
{{ if eq .Values.cache.service.type "loadBalancer" }}true{{ end }}
{{- end }}

{{- define "memos.fact.redisMetrics" -}}
{{ if .Values.cache.metrics.enabled }}true{{ end }}
{{- end }}

{{- define "memos.fact.waitsForCache" -}}
{{ if and .Values.memos.sharedCache (not (eq .Values.cache.kind "none")) }}true{{ end }}
{{- end }}

{{- define "memos.fact.waitsForDatabase" -}}
{{ if or (include "memos.fact.pooler" .) (and (not .Values.database.cloudSqlProxy.instance) (not (eq .Values.database.kind "sqlite")) (not (include "memos.fact.dsnSecret" .))) }}true{{ end }}
{{- end }}

{{- define "memos.fact.poolerWaits" -}}
{{ if and (include "memos.fact.ownPooler" .) (not .Values.database.cloudSqlProxy.instance) }}true{{ end }}
{{- end }}

{{- define "memos.fact.bucketInside" -}}
{{ if regexMatch "^https?://([^/:.]+|[^/:]*\\.(svc|local|internal|lan|home\\.arpa|vpce\\.amazonaws\\.com)|(10|127|192\\.168|169\\.254|172\\.(1[6-9]|2[0-9]|3[01])|100\\.(6[4-9]|[7-9][0-9]|1[01][0-9]|12[0-7]))\\.[0-9.]+)([:/]|$)" (toString .Values.attachments.endpoint) }}true{{ end }}
{{- end }}

{{- define "memos.fact.administrator" -}}
{{ if .Values.rollout.createAdministrator }}true{{ end }}
{{- end }}

{{- define "memos.fact.https" -}}
{{ if or (and (eq .Values.exposure.kind "loadBalancer") .Values.exposure.certificate (eq .Values.kubernetes.cloud "aws")) (and (not (has .Values.exposure.kind (list "loadBalancer" "none"))) (not (eq .Values.exposure.tls.kind "none"))) }}true{{ end }}
{{- end }}

{{- define "memos.fact.fromAnywhere" -}}
{{ if and (eq .Values.exposure.kind "loadBalancer") (or (not .Values.exposure.sourceRanges) (eq .Values.kubernetes.cloud "aws")) }}true{{ end }}
{{- end }}

{{- define "memos.fact.edgePods" -}}
{{ if and (contains " takes-secret-certificate " (include "memos.edge" .)) (not (contains " has-waf " (include "memos.edge" .))) (or (and (contains " other " (include "memos.edge" .)) (or .Values.exposure.controllerNamespace .Values.exposure.dataPlaneNamespace)) (and (not (contains " other " (include "memos.edge" .))) (not (contains " application-gateway " (include "memos.edge" .))))) }}true{{ end }}
{{- end }}

{{- define "memos.fact.edgePodsByLabels" -}}
{{ if or (and (contains " beside-gateway " (include "memos.edge" .)) (not .Values.exposure.dataPlaneNamespace)) (and (not (contains " beside-gateway " (include "memos.edge" .))) (include "memos.fact.edgePods" .) (not (contains " haproxy " (include "memos.edge" .))) (not (contains " other " (include "memos.edge" .))) (not (contains " app-routing-nginx " (include "memos.edge" .)))) }}true{{ end }}
{{- end }}

{{- define "memos.fact.edgeKnown" -}}
{{ if and (not (include "memos.fact.fromAnywhere" .)) (or (include "memos.fact.edgePods" .) (contains " google " (include "memos.edge" .)) .Values.exposure.edge.networks .Values.exposure.sourceRanges) }}true{{ end }}
{{- end }}
