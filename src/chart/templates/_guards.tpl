{{- /* Derived by memos-gen from its own builders; changes belong there. */ -}}

{{- define "memos.derivedRefusals" -}}
{{- if and (not .Values.memos.image) .Values.memos.sharedCache }}
MG0302: `ghcr.io/usememos/memos:{{ .Values.memos.version }}` is published by the Memos project and cannot share its cache
  help: leave `memos.sharedCache` out, and run one process with `scaling.mode: single`
  help: or give `memos.image` an image of your own that reads `MEMOS_REDIS_URL`
{{- end }}
{{- if and (eq .Values.memos.access "public") (not .Values.exposure.host) (not (eq .Values.memos.version "0.31.0")) }}
MG0308: Memos 0.30 is public only when it knows its address, and there is none
  help: give `memos.instanceUrl`, or an exposure with a `host`
{{- end }}
{{- if or (and (lt (include "memos.figure.pooler.poolSize" . | int64) (int64 .Values.database.reservedConnections)) (lt (int64 .Values.database.maxConnections) (include "memos.figure.pooler.connections" . | int64)) (or (not (kindIs "invalid" .Values.database.maxConnections)) (lt (include "memos.figure.pooler.poolSize" . | int64) 2))) (and (not (lt (include "memos.figure.pooler.poolSize" . | int64) (int64 .Values.database.reservedConnections))) (lt (int64 .Values.database.maxConnections) (include "memos.figure.pooler.connections" . | int64)) (lt (include "memos.figure.pooler.poolSize" . | int64) (int64 .Values.database.maxConnections)) (or (lt (include "memos.figure.pooler.poolSize" . | int64) (include "memos.figure.cache.poolSize" . | int64)) (not (lt 2 (include "memos.figure.pooler.poolSize" . | int64))))) }}
MG0401: the pools need {{ include "memos.figure.pooler.connections" . }} connections, the database allows {{ if not (kindIs "invalid" .Values.database.maxConnections) }}{{ int64 .Values.database.maxConnections }}{{ else }}100{{ end }}: {{ include "memos.figure.pooler.poolSize" . }} × ({{ if not (kindIs "invalid" .Values.database.pooler.replicas) }}{{ if eq .Values.database.tls.mode "require" }}7{{ else }}1{{ end }}{{ else }}2{{ end }} poolers + 2 in a rollout) + {{ if not (kindIs "invalid" .Values.database.reservedConnections) }}{{ int64 .Values.database.reservedConnections }}{{ else if eq .Values.database.kind "managed" }}10{{ else }}13{{ end }} reserved
  help: raise `database.maxConnections` to {{ include "memos.figure.pooler.connections" . }} or more
{{- end }}
{{- if and (lt (include "memos.figure.pooler.largestPool" . | int64) (include "memos.figure.pooler.poolSize" . | int64)) (lt 2 (include "memos.figure.pooler.largestPool" . | int64)) }}
MG0401: the pools need {{ include "memos.figure.pooler.connections" . }} connections, the database allows {{ if not (kindIs "invalid" .Values.database.maxConnections) }}200{{ else }}{{ include "memos.figure.database.maxConnections" . }}{{ end }}: {{ int64 .Values.database.pooler.poolSize }} × ({{ if not (kindIs "invalid" .Values.database.pooler.replicas) }}{{ if eq .Values.database.kind "managed" }}10{{ else }}1{{ end }}{{ else }}2{{ end }} poolers + 2 in a rollout) + {{ if eq .Values.database.kind "managed" }}10{{ else }}13{{ end }} reserved
  help: say `database.pooler.poolSize: {{ include "memos.figure.pooler.largestPool" . }}` or less, or leave it out
{{- end }}
{{- if and .Values.database.cloudSqlProxy.iamLogin .Values.database.pooler.enabled }}
MG0403: there can be no pooler here: PgBouncer signs in with a password, and there is none
  help: leave `database.pooler.enabled` out, or say `database.cloudSqlProxy.iamLogin: false`
{{- end }}
{{- if and (eq .Values.database.engine "mysql") .Values.database.pooler.enabled }}
MG0403: there can be no pooler here: PgBouncer speaks PostgreSQL only
  help: leave `database.pooler.enabled` out, or take PostgreSQL
{{- end }}
{{- if and .Values.database.pooler.enabled (eq .Values.database.credentials "dsnFile") }}
MG0403: there can be no pooler here: the connection string of the Secret leads past it
  help: leave `database.pooler.enabled` out, or say `database.credentials: password`
{{- end }}
{{- if and (eq .Values.database.kind "managed") (not .Values.database.host) (not .Values.database.cloudSqlProxy.instance) }}
MG0405: the managed database has no address
  help: say `database.host`, or `database.cloudSqlProxy.instance` on Google Cloud
{{- end }}
{{- if and (regexMatch "\\.cluster-ro-" (toString .Values.database.host)) (not .Values.database.cloudSqlProxy.instance) }}
MG0407: `{{ .Values.database.host }}` leads to read-only instances, and Memos writes
  help: take the writer endpoint, the one with `.cluster-`
{{- end }}
{{- if and .Values.database.cloudSqlProxy.iamLogin (not (eq .Values.kubernetes.identity.kind "gke")) }}
MG0408: signing in to the database by identity needs a Google service account for the pods
  help: say `kubernetes.identity: {kind: gke, serviceAccount: NAME@PROJECT.iam.gserviceaccount.com}`
{{- end }}
{{- if and (eq .Values.database.kind "sqlite") (eq .Values.scaling.mode "replicas") }}
MG0416: SQLite has one writer, and up to {{ include "memos.figure.scaling.max" . }} replicas would each open the file
  help: say `scaling: {mode: single}`, or take `database: {kind: postgres}`, `cluster` or `managed`
{{- end }}
{{- if and (lt 3 (int64 .Values.database.instances)) (not (eq .Values.availability.zoneSpread "preferred")) }}
{{ if eq .Values.cache.kind "managed" }}MG0421: 6 instances cannot each have a zone of their own among 3{{ else }}MG0421: 7 instances cannot each have a zone of their own among 3{{ end }}
  help: say `database.instances: 3`, or `availability.zoneSpread: preferred`
{{- end }}
{{- if regexMatch "^clustercfg\\..*\\.cache\\.amazonaws\\.com|\\.serverless\\..*\\.cache\\.amazonaws\\.com" (toString .Values.cache.host) }}
MG0502: `{{ .Values.cache.host }}` is a cluster, and Memos' client follows no redirection: keys would answer MOVED
  help: take a replication group with cluster mode disabled, and its primary endpoint `master.…`
{{- end }}
{{- if regexMatch "^replica\\..*\\.cache\\.amazonaws\\.com" (toString .Values.cache.host) }}
MG0503: `{{ .Values.cache.host }}` leads to replicas, which refuse every write
  help: take the primary endpoint, the one with `master.`
{{- end }}
{{- if and (regexMatch "\\.redis\\.azure\\.net$" (toString .Values.cache.host)) (or (lt (int64 .Values.cache.port) 10000) (lt 10000 (int64 .Values.cache.port))) }}
MG0505: Azure Managed Redis listens on port 10000, not on {{ if not (kindIs "invalid" .Values.cache.port) }}{{ int64 .Values.cache.port }}{{ else }}6379{{ end }}
  help: say `cache.port: 10000` and `cache.tls: true`
{{- end }}
{{- if and (eq .Values.cache.tls false) (regexMatch "\\.redis\\.azure\\.net$" (toString .Values.cache.host)) }}
MG0505: Azure Managed Redis speaks TLS, and `cache.tls` is off
  help: say `cache.port: 10000` and `cache.tls: true`
{{- end }}
{{- if and (not (kindIs "invalid" .Values.cache.maxClients)) (lt (int64 .Values.cache.maxClients) (include "memos.figure.cache.connections" . | int64)) (eq .Values.scaling.mode "replicas") (not .Values.cache.client.keyPrefix) (not .Values.components.memos.resources.limits.ephemeralStorage) (not .Values.cache.auth) (not (not (kindIs "invalid" .Values.availability.preStopSeconds))) (or (and .Values.exposure.existing.section (eq .Values.database.tls.ca.kind "system")) (and (not .Values.exposure.existing.section) (not (eq .Values.memos.sharedCache false)) (or (and (eq .Values.attachments.access "readWriteMany") (not (not (kindIs "invalid" .Values.scaling.behavior.scaleDownWindowSeconds))) (not (regexMatch "\\.redis\\.azure\\.net$" (toString .Values.cache.host))) (not .Values.images.pullSecrets) (or (and .Values.images.cloudSqlProxy (eq .Values.database.tls.mode "verify-full")) (and (not .Values.images.cloudSqlProxy) (not .Values.components.memos.extraContainers) (or (not .Values.rollout.oneProcess) (eq .Values.database.pooler.mode "session"))))) (and (not (eq .Values.attachments.access "readWriteMany")) (not .Values.components.memos.podLabels) (not (eq .Values.exposure.class "nginx")))))) }}
MG0510: the processes open {{ include "memos.figure.cache.connections" . }} connections, Redis allows {{ int64 .Values.cache.maxClients }}: 3 × ({{ include "memos.figure.cache.poolSize" . }} + 1) × {{ include "memos.figure.scaling.processes" . }} processes in a rollout
  help: raise `cache.maxClients` to {{ include "memos.figure.cache.connections" . }} or more
{{- end }}
{{- if or (and (lt (int64 .Values.cache.maxClients) (int64 .Values.availability.maxUnavailable)) (ge (int64 .Values.cache.client.poolSize) 2) (lt (include "memos.figure.cache.largestPool" . | int64) (include "memos.figure.cache.poolSize" . | int64)) (lt 1 (include "memos.figure.cache.largestPool" . | int64))) (and (not (lt (int64 .Values.cache.maxClients) (int64 .Values.availability.maxUnavailable))) (lt 1 (include "memos.figure.cache.largestPool" . | int64)) (not (lt (include "memos.figure.cache.connections" . | int64) (int64 .Values.cache.maxClients)))) }}
MG0510: the processes open {{ include "memos.figure.cache.connections" . }} connections, Redis allows {{ if not (kindIs "invalid" .Values.cache.maxClients) }}{{ int64 .Values.cache.maxClients }}{{ else }}10000{{ end }}: 3 × ({{ include "memos.figure.cache.poolSize" . }} + 1) × {{ include "memos.figure.scaling.processes" . }} processes in a rollout
  help: say `cache.client.poolSize: {{ include "memos.figure.cache.largestPool" . }}` or less
{{- end }}
{{- if and (eq .Values.attachments.access "readWriteOnce") (ge (include "memos.figure.scaling.max" . | int64) 2) }}
{{ if eq .Values.memos.logLevel "debug" }}MG0601: a volume for one node cannot hold the uploads of up to 5 replicas: pods on other nodes never start{{ else }}MG0601: a volume for one node cannot hold the uploads of up to 8 replicas: pods on other nodes never start{{ end }}
  help: say `attachments.access: readWriteMany` with a class that can, or `attachments: {kind: s3}` or `database`
{{- end }}
{{- if and (eq .Values.attachments.class.kind "azureFiles") (eq .Values.kubernetes.cloud "aws") (or .Values.attachments.class.sku (ge (include "memos.figure.scaling.max" . | int64) 2)) }}
MG0604: `azureFiles` is storage of another cloud, so no volume would ever be made
  help: say `attachments.class.kind: efs`
{{- end }}
{{- if and (eq .Values.attachments.class.kind "azureFiles") (eq .Values.kubernetes.cloud "gcp") }}
MG0604: `azureFiles` is storage of another cloud, so no volume would ever be made
  help: say `attachments.class.kind: filestore`
{{- end }}
{{- if and (eq .Values.attachments.class.kind "efs") (eq .Values.kubernetes.cloud "azure") (not (eq .Values.database.kind "sqlite")) }}
MG0604: `efs` is storage of another cloud, so no volume would ever be made
  help: say `attachments.class.kind: azureFiles`
{{- end }}
{{- if and (eq .Values.attachments.class.kind "efs") (eq .Values.kubernetes.cloud "gcp") (not (eq .Values.database.kind "sqlite")) }}
MG0604: `efs` is storage of another cloud, so no volume would ever be made
  help: say `attachments.class.kind: filestore`
{{- end }}
{{- if and (eq .Values.attachments.class.kind "filestore") (eq .Values.kubernetes.cloud "azure") }}
MG0604: `filestore` is storage of another cloud, so no volume would ever be made
  help: say `attachments.class.kind: azureFiles`
{{- end }}
{{- if and (eq .Values.attachments.class.kind "filestore") (eq .Values.kubernetes.cloud "aws") (not (eq .Values.database.kind "sqlite")) }}
MG0604: `filestore` is storage of another cloud, so no volume would ever be made
  help: say `attachments.class.kind: efs`
{{- end }}
{{- if regexMatch "^https?://[^/:]*\\.(blob|dfs)\\.core\\.windows\\.net([:/]|$)" (toString .Values.attachments.endpoint) }}
MG0609: Azure Blob Storage does not speak S3, so every upload would fail
  help: say `attachments: {kind: local, class: {kind: azureFiles}}` or `attachments: {kind: database}`
{{- end }}
{{- if and (not (kindIs "invalid" .Values.exposure.edge.idleTimeoutSeconds)) (not (lt 30 (int64 .Values.exposure.edge.idleTimeoutSeconds))) }}
MG0701: an idle timeout of {{ int64 .Values.exposure.edge.idleTimeoutSeconds }} seconds cuts the event stream, which is silent for 30
  help: write 60 or more; 3600 is the default
{{- end }}
{{- if lt (int64 .Values.exposure.edge.maxBodyMb) (include "memos.figure.exposure.bodyNeeded" . | int64) }}
MG0702: bodies of {{ int64 .Values.exposure.edge.maxBodyMb }} MiB are let through, and an upload of {{ if eq .Values.exposure.class "nginx" }}3{{ else if not (kindIs "invalid" .Values.database.version) }}30{{ else if eq .Values.cache.ca.kind "configMap" }}7{{ else }}30{{ end }} MiB needs {{ include "memos.figure.exposure.bodyNeeded" . }}
{{ if eq .Values.exposure.class "nginx" }}  help: leave `exposure.edge.maxBodyMb` out, or write 5 or more{{ else if not (kindIs "invalid" .Values.database.version) }}  help: leave `exposure.edge.maxBodyMb` out, or write 41 or more{{ else if eq .Values.cache.ca.kind "configMap" }}  help: leave `exposure.edge.maxBodyMb` out, or write 11 or more{{ else }}  help: leave `exposure.edge.maxBodyMb` out, or write 41 or more{{ end }}
  help: or lower `memos.uploadSizeLimitMb` to {{ include "memos.figure.exposure.largestUpload" . }}
{{- end }}
{{- if and (eq .Values.exposure.tls.kind "cloud") (not (eq .Values.exposure.class "alb")) (not (eq .Values.exposure.class "gke-l7-global-external-managed")) (not (eq .Values.exposure.class "gce")) (not (eq .Values.exposure.class "gke-l7-gxlb")) (not (eq .Values.exposure.class "gke-l7-regional-external-managed")) (not (eq .Values.exposure.class "gce-internal")) (not (eq .Values.exposure.class "aws-alb-gateway-class")) }}
MG0704: class `{{ .Values.exposure.class }}` cannot use a certificate of the cloud
  help: take `exposure.tls: {kind: certManager, issuer: …}` or `{kind: secret, name: …}`
{{- end }}
{{- if and .Values.exposure.certificate (not (eq .Values.kubernetes.cloud "aws")) }}
MG0704: only the load balancers of AWS take a certificate here
  help: take `exposure.kind: gateway` or `ingress` for encryption
{{- end }}
{{- if or (and (eq .Values.exposure.class "aws-alb-gateway-class") (or (eq .Values.exposure.tls.kind "certManager") (eq .Values.exposure.tls.kind "secret") (not .Values.exposure.tls.kind))) (and (not (eq .Values.exposure.class "aws-alb-gateway-class")) (or (and (eq .Values.exposure.class "alb") (or (not .Values.exposure.tls.kind) (eq .Values.exposure.tls.kind "certManager") (eq .Values.exposure.tls.kind "secret"))) (and (not (eq .Values.exposure.class "alb")) (eq .Values.exposure.class "aws-alb") (not (eq .Values.exposure.tls.kind "none"))))) }}
MG0705: class `{{ .Values.exposure.class }}` reads no certificate from a Secret, only from ACM
  help: take `exposure.tls: {kind: cloud, certificate: arn:aws:acm:…}`
{{- end }}
{{- if and .Values.exposure.certificate (eq .Values.kubernetes.cloud "aws") }}
MG0706: `exposure.certificate` has to be the ARN of a certificate in ACM
  help: write it as `arn:aws:acm:REGION:ACCOUNT:certificate/ID`; `aws acm list-certificates` shows yours
{{- end }}
{{- if or (and (eq .Values.exposure.class "aws-alb-gateway-class") .Values.exposure.tls.certificate) (and (not (eq .Values.exposure.class "aws-alb-gateway-class")) (eq .Values.exposure.class "alb") (not (regexMatch "^arn:aws[^:,]*:(acm|iam):[^,]*(, *arn:aws[^:,]*:(acm|iam):[^,]*)*$" (toString .Values.exposure.tls.certificate))) .Values.exposure.tls.certificate) }}
MG0706: `exposure.tls.certificate` has to be the ARN of a certificate in ACM
  help: write it as `arn:aws:acm:REGION:ACCOUNT:certificate/ID`; `aws acm list-certificates` shows yours
{{- end }}
{{- if and .Values.exposure.internal (or (eq .Values.kubernetes.identity.kind "azure") (not .Values.exposure.host)) }}
MG0707: a load balancer without a cloud has no way to be reachable only from inside
  help: set `kubernetes.cloud` if it is one, or take a class that says so itself, such as `gke-l7-rilb`
  help: leave `exposure.internal` out if the address is private anyway
{{- end }}
{{- if and .Values.exposure.internal (or (and (not (kindIs "invalid" .Values.cache.port)) (or (eq .Values.kubernetes.identity.kind "gke") (eq .Values.exposure.class "envoy-gateway") (eq .Values.exposure.class "gke-l7-regional-external-managed") (eq .Values.exposure.class "istio"))) (and (not (not (kindIs "invalid" .Values.cache.port))) (not (eq .Values.exposure.kind "loadBalancer")))) }}
MG0707: class `{{ .Values.exposure.class }}` has no way to be reachable only from inside
  help: set `kubernetes.cloud` if it is one, or take a class that says so itself, such as `gke-l7-rilb`
  help: leave `exposure.internal` out if the address is private anyway
{{- end }}
{{- if and (not (kindIs "invalid" .Values.exposure.edge.requestsPerSecond)) (eq .Values.exposure.class "alb") }}
MG0707: class `alb` has no way to set a rate limit
  help: add a rate rule to the web ACL in `exposure.edge.waf`
  help: leave `exposure.edge.requestsPerSecond` out if it is set elsewhere
{{- end }}
{{- if and (ge (int64 .Values.exposure.edge.requestsPerSecond) 2) (eq .Values.exposure.class "gke-l7-global-external-managed") }}
MG0707: class `gke-l7-global-external-managed` has no way to set a rate limit
  help: add a rule to the Cloud Armor policy in `exposure.edge.waf`
  help: leave `exposure.edge.requestsPerSecond` out if it is set elsewhere
{{- end }}
{{- if and (ge (int64 .Values.exposure.edge.requestsPerSecond) 2) (eq .Values.exposure.class "traefik") (eq .Values.exposure.kind "gateway") }}
MG0707: class `traefik` has no way to set a rate limit
  help: take a class that can: `envoy` for a Gateway, `traefik` or `haproxy` for an Ingress
  help: leave `exposure.edge.requestsPerSecond` out if it is set elsewhere
{{- end }}
{{- if and (not (kindIs "invalid" .Values.exposure.edge.requestsPerSecond)) (or (eq .Values.exposure.class "approuting-istio") (eq .Values.exposure.class "istio") (and (not .Values.load.size) (or (eq .Values.scaling.mode "replicas") (eq .Values.secrets.kind "local")))) }}
MG0707: class `{{ .Values.exposure.class }}` has no way to set a rate limit
  help: take a class that can: `envoy` for a Gateway, `traefik` or `haproxy` for an Ingress
  help: leave `exposure.edge.requestsPerSecond` out if it is set elsewhere
{{- end }}
{{- if and .Values.exposure.edge.waf (not (eq .Values.exposure.class "gke-l7-global-external-managed")) (not (eq .Values.exposure.class "gce")) (not (eq .Values.exposure.class "alb")) (not (eq .Values.exposure.class "gke-l7-gxlb")) (not (eq .Values.exposure.class "gke-l7-regional-external-managed")) (not (eq .Values.exposure.class "aws-alb-gateway-class")) (not (eq .Values.exposure.class "azure-alb-external")) (not (eq .Values.exposure.class "gke-l7-rilb")) (not (eq .Values.exposure.class "gce-internal")) }}
MG0707: class `{{ .Values.exposure.class }}` has no way to set a web application firewall
  help: take a class of the cloud: `alb`, `gke-l7-global-external-managed` or `azure-alb-external`
  help: leave `exposure.edge.waf` out if it is set elsewhere
{{- end }}
{{- if and .Values.exposure.edge.sourceRanges (eq .Values.exposure.class "approuting-istio") }}
MG0707: class `approuting-istio` has no way to set who may come in
  help: add a rule by address to a firewall policy in `exposure.edge.waf`
  help: leave `exposure.edge.sourceRanges` out if it is set elsewhere
{{- end }}
{{- if and .Values.exposure.edge.sourceRanges (or (eq .Values.exposure.class "gke-l7-global-external-managed") (eq .Values.exposure.class "gke-l7-regional-external-managed") (eq .Values.exposure.class "gke-l7-gxlb")) }}
MG0707: class `{{ .Values.exposure.class }}` has no way to set who may come in
  help: add a rule to the Cloud Armor policy in `exposure.edge.waf`
  help: leave `exposure.edge.sourceRanges` out if it is set elsewhere
{{- end }}
{{- if and .Values.exposure.edge.sourceRanges (or (eq .Values.exposure.class "istio") (eq .Values.exposure.class "kgateway") (and .Values.cache.tls (eq .Values.database.kind "sqlite")) (and (not .Values.cache.tls) .Values.attachments.class.iam (not (eq .Values.exposure.class "alb")))) }}
MG0707: class `{{ .Values.exposure.class }}` has no way to set who may come in
  help: take a class that can: `envoy` for a Gateway, `traefik` or `haproxy` for an Ingress
  help: leave `exposure.edge.sourceRanges` out if it is set elsewhere
{{- end }}
{{- if and (eq .Values.exposure.kind "ingress") (not .Values.exposure.edge.networks) (not (eq .Values.exposure.class "traefik")) (not (eq .Values.exposure.class "haproxy")) (not (eq .Values.exposure.class "nginx")) (not (eq .Values.exposure.class "gce")) (not (eq .Values.exposure.class "webapprouting.kubernetes.azure.com")) (not (eq .Values.exposure.class "alb")) (not (eq .Values.exposure.class "gce-internal")) (not (eq .Values.exposure.class "azure.application-gateway")) (not (eq .Values.exposure.class "azure-application-gateway")) }}
MG0709: it is not known from where class `{{ .Values.exposure.class }}` connects to Memos
  help: name the namespace of its pods in `exposure.controllerNamespace`
  help: if it runs outside the cluster, list its addresses in `exposure.edge.networks`
{{- end }}
{{- if and (eq .Values.exposure.kind "gateway") (not (eq .Values.exposure.class "gke-l7-global-external-managed")) (not (eq .Values.exposure.class "istio")) (not (eq .Values.exposure.class "approuting-istio")) (not .Values.exposure.edge.networks) (not (eq .Values.exposure.class "eg")) (not (eq .Values.exposure.class "kgateway")) (not (eq .Values.exposure.class "traefik")) (not (eq .Values.exposure.class "envoy-gateway")) (not (eq .Values.exposure.class "envoy")) (not (eq .Values.exposure.class "gke-l7-gxlb")) (not (eq .Values.exposure.class "nginx")) (not (eq .Values.exposure.class "aws-alb-gateway-class")) (not (eq .Values.exposure.class "gke-l7-regional-external-managed")) (not (eq .Values.exposure.class "azure-alb-external")) (not (eq .Values.exposure.class "gke-l7-rilb")) (not (eq .Values.exposure.class "alb")) (not (eq .Values.exposure.class "aws-alb")) (not .Values.exposure.dataPlaneNamespace) }}
MG0709: it is not known from where class `{{ .Values.exposure.class }}` connects to Memos
  help: name the namespace of its pods in `exposure.dataPlaneNamespace`
  help: if it runs outside the cluster, list its addresses in `exposure.edge.networks`
{{- end }}
{{- if or (and (eq .Values.exposure.class "aws-alb-gateway-class") (not .Values.exposure.edge.networks)) (and (not (eq .Values.exposure.class "aws-alb-gateway-class")) (or (and (eq .Values.exposure.class "gke-l7-regional-external-managed") (not .Values.exposure.edge.networks)) (and (not (eq .Values.exposure.class "gke-l7-regional-external-managed")) (or (and (eq .Values.exposure.class "azure-alb-external") (not .Values.exposure.edge.networks)) (and (not (eq .Values.exposure.class "azure-alb-external")) (or (and (eq .Values.exposure.class "gke-l7-rilb") (not .Values.exposure.edge.networks)) (and (not (eq .Values.exposure.class "gke-l7-rilb")) (or (and (eq .Values.exposure.class "gce-internal") (not .Values.exposure.edge.networks)) (and (not (eq .Values.exposure.class "gce-internal")) (or (and (eq .Values.exposure.class "aws-alb") (not .Values.exposure.edge.networks)) (and (not (eq .Values.exposure.class "aws-alb")) (or (and (eq .Values.exposure.class "alb") (not .Values.exposure.edge.networks)) (and (not (eq .Values.exposure.class "alb")) (or (and (eq .Values.exposure.class "azure.application-gateway") (not .Values.exposure.edge.networks)) (and (not (eq .Values.exposure.class "azure.application-gateway")) (eq .Values.exposure.class "azure-application-gateway") (not .Values.exposure.edge.networks)))))))))))))))) }}
MG0710: class `{{ .Values.exposure.class }}` connects from subnets that the spec does not name
  help: list the load balancer's subnets in `exposure.edge.networks`
  help: on Google Cloud that is the proxy-only subnet, on Azure the subnet of the association
{{- end }}
{{- if or (and (eq .Values.exposure.class "aws-alb-gateway-class") (not (eq .Values.kubernetes.cloud "aws"))) (and (not (eq .Values.exposure.class "aws-alb-gateway-class")) (or (and (eq .Values.exposure.class "aws-alb") (not (eq .Values.kubernetes.cloud "aws"))) (and (not (eq .Values.exposure.class "aws-alb")) (eq .Values.exposure.class "alb") (not (eq .Values.kubernetes.cloud "aws"))))) }}
MG0716: class `{{ .Values.exposure.class }}` exists only on `aws`, and `kubernetes.cloud` says otherwise
  help: set `kubernetes.cloud` to `aws`, or take a class of your own cluster
{{- end }}
{{- if or (eq .Values.exposure.class "azure.application-gateway") (and (eq .Values.exposure.class "azure-alb-external") (not (eq .Values.kubernetes.cloud "azure"))) (and (not (eq .Values.exposure.class "azure-alb-external")) (or (and (eq .Values.exposure.class "approuting-istio") (not (eq .Values.kubernetes.cloud "azure"))) (and (not (eq .Values.exposure.class "approuting-istio")) (or (and (eq .Values.exposure.class "webapprouting.kubernetes.azure.com") (not (eq .Values.kubernetes.cloud "azure"))) (and (not (eq .Values.exposure.class "webapprouting.kubernetes.azure.com")) (eq .Values.exposure.class "azure-application-gateway") (eq .Values.kubernetes.cloud "aws")))))) }}
MG0716: class `{{ .Values.exposure.class }}` exists only on `azure`, and `kubernetes.cloud` says otherwise
  help: set `kubernetes.cloud` to `azure`, or take a class of your own cluster
{{- end }}
{{- if or (and (eq .Values.exposure.class "gke-l7-regional-external-managed") (not (eq .Values.kubernetes.cloud "gcp"))) (and (not (eq .Values.exposure.class "gke-l7-regional-external-managed")) (or (and (eq .Values.exposure.class "gce-internal") (not (eq .Values.kubernetes.cloud "gcp"))) (and (not (eq .Values.exposure.class "gce-internal")) (or (and (eq .Values.exposure.class "gce") (not (eq .Values.kubernetes.cloud "gcp"))) (and (not (eq .Values.exposure.class "gce")) (or (and (eq .Values.exposure.class "gke-l7-global-external-managed") (not (eq .Values.kubernetes.cloud "gcp"))) (and (not (eq .Values.exposure.class "gke-l7-global-external-managed")) (or (and (eq .Values.exposure.class "gke-l7-rilb") (not (eq .Values.kubernetes.cloud "gcp"))) (and (not (eq .Values.exposure.class "gke-l7-rilb")) (eq .Values.exposure.class "gke-l7-gxlb") (not (eq .Values.kubernetes.cloud "gcp"))))))))))) }}
MG0716: class `{{ .Values.exposure.class }}` exists only on `gcp`, and `kubernetes.cloud` says otherwise
  help: set `kubernetes.cloud` to `gcp`, or take a class of your own cluster
{{- end }}
{{- if and (eq .Values.exposure.class "azure-alb-external") (not (eq .Values.database.pooler.mode "session")) }}
MG0717: no Application Gateway for Containers is named that could serve this Gateway
  help: set `alb.networking.azure.io/alb-namespace` and `alb.networking.azure.io/alb-name` in `exposure.annotations`
  help: for one that Azure's own tools made, set `alb.networking.azure.io/alb-id` instead
{{- end }}
{{- if and .Values.kubernetes.eksAutoMode (not (eq .Values.exposure.class "alb")) }}
MG0722: Auto Mode is EKS', and `kubernetes.cloud` says otherwise
  help: set `kubernetes.cloud` to `aws`, or leave `kubernetes.eksAutoMode` out
{{- end }}
{{- if not (lt (int64 .Values.scaling.min) (include "memos.figure.scaling.processes" . | int64)) }}
MG0801: at least {{ int64 .Values.scaling.min }} replicas and at most {{ include "memos.figure.scaling.max" . }} cannot both hold
  help: say `scaling.max: {{ int64 .Values.scaling.min }}` or more
{{- end }}
{{- if or (not (lt 10 (include "memos.figure.memos.graceSeconds" . | int64))) (and (not (kindIs "invalid" .Values.availability.terminationGracePeriodSeconds)) (lt (int64 .Values.availability.terminationGracePeriodSeconds) (int64 .Values.memos.uploadSizeLimitMb)) (not (eq .Values.cache.kind "none")) (not (eq .Values.memos.access "public"))) }}
MG0810: a stopping process is killed after {{ int64 .Values.availability.terminationGracePeriodSeconds }} s, and needs {{ if .Values.exposure.edge.waf }}{{ if eq .Values.attachments.class.kind "efs" }}45{{ else }}75{{ end }}{{ else if eq .Values.exposure.kind "none" }}{{ if .Values.network.policies }}20{{ else }}22{{ end }}{{ else if eq .Values.kubernetes.cloud "aws" }}45{{ else }}25{{ end }}: {{ if .Values.exposure.edge.waf }}{{ if eq .Values.attachments.class.kind "efs" }}30{{ else }}60{{ end }}{{ else if eq .Values.exposure.kind "none" }}{{ if .Values.network.policies }}5{{ else }}{{ int64 .Values.availability.terminationGracePeriodSeconds }}{{ end }}{{ else if eq .Values.kubernetes.cloud "aws" }}30{{ else }}10{{ end }} before the signal + 10 for requests + 5 to end
  help: say {{ if .Values.exposure.edge.waf }}{{ if eq .Values.attachments.class.kind "efs" }}45{{ else }}75{{ end }}{{ else if eq .Values.exposure.kind "none" }}{{ if .Values.network.policies }}20{{ else }}22{{ end }}{{ else if eq .Values.kubernetes.cloud "aws" }}45{{ else }}25{{ end }} or more, or leave it out
{{- end }}
{{- if and (eq .Values.kubernetes.identity.kind "azure") (or (eq .Values.kubernetes.cloud "gcp") (eq .Values.kubernetes.cloud "aws")) }}
MG0903: the identity `azure` means nothing on this cloud
  help: leave `kubernetes.identity` out, or take the one of this cloud
{{- end }}
{{- if and (eq .Values.kubernetes.identity.kind "eksPodIdentity") (or (eq .Values.kubernetes.cloud "azure") (eq .Values.kubernetes.cloud "gcp")) }}
MG0903: the identity `eksPodIdentity` means nothing on this cloud
  help: leave `kubernetes.identity` out, or take the one of this cloud
{{- end }}
{{- if and (eq .Values.kubernetes.identity.kind "gke") (or (eq .Values.kubernetes.cloud "aws") (eq .Values.kubernetes.cloud "azure")) }}
MG0903: the identity `gke` means nothing on this cloud
  help: leave `kubernetes.identity` out, or take the one of this cloud
{{- end }}
{{- if and (eq .Values.kubernetes.identity.kind "irsa") (or (eq .Values.kubernetes.cloud "gcp") (eq .Values.kubernetes.cloud "azure")) }}
MG0903: the identity `irsa` means nothing on this cloud
  help: leave `kubernetes.identity` out, or take the one of this cloud
{{- end }}
{{- end }}
