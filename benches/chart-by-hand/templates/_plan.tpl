{{/*
What follows from the values and is needed in more than one place: worked out once, by whichever file is rendered first, and kept as
.Plan beside .Values.
*/}}
{{- define "memos.plan" -}}
{{- if not .Plan }}
{{- $chart := printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" }}
{{- $_ := set . "Plan" (dict "fullname" (include "memos.fullname" .) "chart" $chart) }}
{{- include "memos.plan.scale" . }}
{{- include "memos.plan.edge" . }}
{{- include "memos.plan.database" . }}
{{- include "memos.plan.cache" . }}
{{- include "memos.plan.memos" . }}
{{- include "memos.plan.components" . }}
{{- include "memos.plan.standby" . }}
{{- end }}
{{- end }}

{{/* How many processes there are and how many pods, some of which stand by, and what they have to carry. */}}
{{- define "memos.plan.scale" -}}
{{- $size := .Values.load.size | default "small" }}
{{- $min := 1 }}
{{- $max := 1 }}
{{- $surge := 0 }}
{{- if eq .Values.scaling.mode "replicas" }}
{{- $few := get (dict "small" 2 "medium" 3 "large" 8 "enterprise" 20) $size }}
{{- with .Values.scaling.max }}{{ $few = min . $few }}{{ end }}
{{- $min = .Values.scaling.min | default $few | int64 }}
{{- $max = .Values.scaling.max | default (max $min (get (dict "small" 3 "medium" 8 "large" 20 "enterprise" 40) $size)) | int64 }}
{{- $surge = int64 .Values.rollout.maxSurge }}
{{- end }}
{{- $standby := and (eq .Values.scaling.mode "standby") (ne .Values.database.kind "sqlite") (ne .Values.database.engine "mysql") }}
{{- $pods := $max }}
{{- if $standby }}{{ $pods = .Values.scaling.pods | default 2 | int64 }}{{ end }}
{{- $users := get (dict "small" 100 "medium" 1000 "large" 10000 "enterprise" 50000) $size }}
{{- $_ := set .Plan "scale" (dict "size" $size "users" $users "min" $min "max" $max "processes" (add $max $surge)
  "several" (ge $max 2) "standby" $standby "pods" $pods) }}
{{- end }}

{{/* What the class of the Gateway or Ingress is called here, whose it is, and what it can do. */}}
{{- define "memos.plan.edge" -}}
{{- $exposure := .Values.exposure }}
{{- $class := toString $exposure.class }}
{{- $edge := dict }}
{{- if eq $exposure.kind "gateway" }}
{{- if eq $class "istio" }}
{{- $edge = dict "class" "istio" "besideGateway" true "internal" true }}
{{- else if eq $class "approuting-istio" }}
{{- $edge = dict "class" "appRouting" "cloud" "azure" "besideGateway" true "internal" true }}
{{- else if has $class (list "envoy" "envoy-gateway" "eg") }}
{{- $edge = dict "class" "envoy" "requestsPerSecond" true "sourceRanges" true }}
{{- else if has $class (list "nginx" "kgateway") }}
{{- $edge = dict "class" "beside" "besideGateway" true }}
{{- else if eq $class "traefik" }}
{{- $edge = dict "class" "traefik" "namespace" "traefik" "pods" "traefik" }}
{{- else if has $class (list "alb" "aws-alb" "aws-alb-gateway-class") }}
{{- $edge = dict "class" "aws" "cloud" "aws" "drain" 30 "certificates" true "waf" true "sourceRanges" true "internal" true "needsNetworks" true }}
{{- else if eq $class "azure-alb-external" }}
{{- $edge = dict "class" "azure" "cloud" "azure" "drain" 30 "waf" true "address" "alb.networking.azure.io/alb-frontend" "needsNetworks" true }}
{{- else if hasPrefix "gke-l7-" $class }}
{{- $global := has $class (list "gke-l7-global-external-managed" "gke-l7-gxlb") }}
{{- $edge = dict "class" "google" "global" $global "cloud" "gcp" "google" true
  "drain" 60 "certificates" true "waf" true "address" "NamedAddress" "needsNetworks" (not $global) }}
{{- else }}
{{- $edge = dict "class" "other" }}
{{- end }}
{{- else if eq $exposure.kind "ingress" }}
{{- if eq $class "alb" }}
{{- $edge = dict "class" "aws" "cloud" "aws" "drain" 30 "certificates" true "waf" true "sourceRanges" true "internal" true "needsNetworks" true }}
{{- else if has $class (list "gce" "gce-internal") }}
{{- $internal := eq $class "gce-internal" }}
{{- $edge = dict "class" "gce" "cloud" "gcp" "google" true "drain" 60 "certificates" true "waf" true "internal" $internal "needsNetworks" $internal }}
{{- else if eq $class "traefik" }}
{{- $edge = dict "class" "traefik" "namespace" "traefik" "pods" "traefik" "requestsPerSecond" true "sourceRanges" true }}
{{- else if eq $class "haproxy" }}
{{- $edge = dict "class" "haproxy" "namespace" "haproxy-controller" "requestsPerSecond" true "sourceRanges" true }}
{{- else if eq $class "nginx" }}
{{- $edge = dict "class" "nginx" "namespace" "ingress-nginx" "pods" "ingress-nginx" "requestsPerSecond" true "sourceRanges" true }}
{{- else if eq $class "webapprouting.kubernetes.azure.com" }}
{{- $edge = dict "class" "nginx" "cloud" "azure" "namespace" "app-routing-system" "requestsPerSecond" true "sourceRanges" true }}
{{- else if has $class (list "azure-application-gateway" "azure.application-gateway") }}
{{- $edge = dict "class" "applicationGateway" "cloud" "azure" "drain" 30 "needsNetworks" true }}
{{- else }}
{{- $edge = dict "class" "other" }}
{{- end }}
{{- else }}
{{- $edge = dict "class" "" }}
{{- end }}
{{- $balancer := eq $exposure.kind "loadBalancer" }}
{{- $aws := eq .Values.kubernetes.cloud "aws" }}
{{- $cutOff := 10 }}
{{- if $edge.drain }}{{ $cutOff = $edge.drain }}
{{- else if eq $exposure.kind "none" }}{{ $cutOff = 5 }}
{{- else if and $balancer $aws }}{{ $cutOff = 30 }}
{{- end }}
{{- $tls := $exposure.tls.kind | default "certManager" }}
{{- $_ := set $edge "tls" (and (has $exposure.kind (list "gateway" "ingress")) (ne $tls "none")) }}
{{- $_ := set $edge "https" (or $edge.tls (and $balancer $aws (not (empty $exposure.certificate)))) }}
{{- $_ := set $edge "tlsKind" $tls }}
{{- $_ := set $edge "idle" ($exposure.edge.idleTimeoutSeconds | default 3600 | int64) }}
{{- $upload := int64 .Values.memos.uploadSizeLimitMb }}
{{- $_ := set $edge "bodyNeeded" (add (div (add (mul 4 $upload) 2) 3) 1) }}
{{- $_ := set $edge "preStop" (include "memos.given" (list .Values.availability.preStopSeconds $cutOff) | int64) }}
{{- $_ := set .Plan "edge" $edge }}
{{- end }}

{{/* Which PostgreSQL or MySQL is reached how, and how large it is. */}}
{{- define "memos.plan.database" -}}
{{- $database := .Values.database }}
{{- $scale := .Plan.scale }}
{{- $kind := $database.kind }}
{{- $proxy := not (empty $database.cloudSqlProxy.instance) }}
{{- $mysql := eq $database.engine "mysql" }}
{{- $dsnFile := or $mysql (eq $database.credentials "dsnFile") }}
{{- $iamLogin := and $database.cloudSqlProxy.iamLogin (not $dsnFile) }}
{{- $behindPooler := false }}
{{- if not (or $mysql $proxy) }}
{{- $behindPooler = ternary (eq (int64 $database.port) 6432) $database.behindPooler (kindIs "invalid" $database.behindPooler) }}
{{- end }}
{{- $pooler := false }}
{{- if not (or (eq $kind "sqlite") $dsnFile $iamLogin) }}
{{- $pooler = ternary (and $scale.several (not $behindPooler)) $database.pooler.enabled (kindIs "invalid" $database.pooler.enabled) }}
{{- end }}
{{- $host := $database.host }}
{{- $port := $database.port | default (ternary 3306 5432 $mysql) | int64 }}
{{- $mode := "disable" }}
{{- $ca := dict }}
{{- if eq $kind "postgres" }}
{{- $host = include "memos.cut" (list (printf "%s-postgres" .Plan.fullname) 52) }}
{{- else if eq $kind "cluster" }}
{{- $cluster := include "memos.cut" (list (printf "%s-database" .Plan.fullname) 50) }}
{{- $host = printf "%s-rw" $cluster }}
{{- $mode = "verify-full" }}
{{- $ca = dict "secret" (printf "%s-ca" $cluster) "key" "ca.crt" }}
{{- else if $proxy }}
{{- $host = "127.0.0.1" }}
{{- $port = ternary 3306 5432 $mysql }}
{{- else if eq $kind "managed" }}
{{- $mode = $database.tls.mode | default "verify-full" }}
{{- with $database.tls.ca }}
{{- if and .kind (ne .kind "system") }}{{ $ca = dict .kind .name "key" (.key | default "ca.crt") }}{{ end }}
{{- end }}
{{- end }}
{{- $memory := get (dict "small" 4096 "medium" 8192 "large" 16384 "enterprise" 32768) $scale.size }}
{{- with $database.memory }}{{ $memory = include "memos.mebibytes" . | int64 }}{{ end }}
{{- $connections := $database.maxConnections | int64 }}
{{- if not $connections }}
{{- $connections = 100 }}
{{- if ne $kind "managed" }}
{{- $connections = min 500 (max 50 (min (div (mul 50 $memory) 512) (add (mul 20 $scale.processes) 13))) }}
{{- end }}
{{- end }}
{{- $_ := set .Plan "db" (dict "kind" $kind "proxy" $proxy "mysql" $mysql "dsnFile" $dsnFile "iamLogin" $iamLogin
  "behindPooler" $behindPooler "pooler" $pooler "ownPooler" (and $pooler (ne $kind "cluster")) "host" $host "port" $port "mode" $mode "ca" $ca
  "name" ($database.name | default "memos") "user" ($database.user | default "memos") "memory" $memory "maxConnections" $connections
  "memosMeets" (and (eq $kind "managed") (not $pooler)) "memosProxy" (and $proxy (or $scale.standby (not $pooler)))) }}
{{- $poolers := $database.pooler.replicas | default 2 | int64 }}
{{- $reserved := 13 }}
{{- if eq $kind "managed" }}
{{- $reserved = include "memos.given" (list $database.reservedConnections 10) | int64 }}
{{- end }}
{{- $largest := max 0 (div (sub $connections $reserved) (add $poolers 2)) }}
{{- $pool := $database.pooler.poolSize | default (max 1 (min 100 $largest)) | int64 }}
{{- $_ := set .Plan "pool" (dict "size" $pool "largest" $largest "replicas" $poolers "reserved" $reserved
  "maxClients" (max 500 (mul 10 $pool))) }}
{{- end }}

{{/* Where Redis is, who is let in, and how large it is. */}}
{{- define "memos.plan.cache" -}}
{{- $cache := .Values.cache }}
{{- $kind := $cache.kind }}
{{- $own := has $kind (list "redis" "sentinel") }}
{{- $auth := and (ne $kind "none") (ne $cache.auth false) }}
{{- $tls := false }}
{{- $ca := dict }}
{{- $host := $cache.host }}
{{- $port := $cache.port | default 6379 | int64 }}
{{- if $own }}
{{- $host = include "memos.cut" (list (printf "%s-redis" .Plan.fullname) 52) }}
{{- if eq $kind "sentinel" }}{{ $host = include "memos.name" (list . "redis-proxy") }}{{ end }}
{{- $secret := $cache.tlsSecret }}
{{- if $cache.certificate.issuer }}{{ $secret = include "memos.name" (list . "redis-tls") }}{{ end }}
{{- if $secret }}
{{- $tls = true }}
{{- $ca = dict "secret" $secret "key" "ca.crt" }}
{{- end }}
{{- else if eq $kind "managed" }}
{{- $tls = ne $cache.tls false }}
{{- with $cache.ca }}
{{- if and $tls .kind (ne .kind "system") }}{{ $ca = dict .kind .name "key" (.key | default "ca.crt") }}{{ end }}
{{- end }}
{{- end }}
{{- $pool := 0 }}
{{- if ne $kind "none" }}{{ $pool = $cache.client.poolSize | default 10 | int64 }}{{ end }}
{{- $connections := mul 3 (add $pool 1) .Plan.scale.processes }}
{{- if eq $kind "none" }}{{ $connections = 0 }}{{ end }}
{{- $plan := dict "kind" $kind "own" $own "failover" (eq $kind "sentinel") "auth" $auth "tls" $tls "ca" $ca "host" $host "port" $port
  "scheme" (ternary "rediss" "redis" $tls) "poolSize" $pool "connections" $connections
  "waits" (and .Values.memos.sharedCache (ne $kind "none"))
  "prefix" ($cache.client.keyPrefix | default "memos") "metrics" (and $own $cache.metrics.enabled)
  "volume" (and $own (ne ($cache.persistence | default "none") "none"))
  "secret" (.Values.secrets.names.cache | default (include "memos.name" (list . "cache"))) }}
{{- if $own }}
{{- $memory := 0 }}
{{- if $cache.maxMemory }}
{{- $memory = include "memos.mebibytes" $cache.maxMemory | int64 }}
{{- else }}
{{- $settings := add 100 (mul 10 .Plan.scale.users) }}
{{- $bytes := mul (add 50000 (mul 6 .Plan.scale.users) $settings) 1000 }}
{{- $memory = mul (div (add (div $bytes 1048576) 15) 16) 16 }}
{{- end }}
{{- $copies := ternary (mul 2 $memory) $memory $plan.volume }}
{{- $limit := add $copies (div $memory 2) (ternary 112 32 $plan.failover) }}
{{- $written := get (dict "aof" 3 "both" 5 "rdb" 2) ($cache.persistence | default "rdb") | default 2 }}
{{- $_ := set $plan "maxMemory" $memory }}
{{- $_ := set $plan "memory" (include "memos.memory" (mul (div (add $limit 15) 16) 16)) }}
{{- $_ := set $plan "scratch" (add (mul 2 $memory) 64) }}
{{- $_ := set $plan "storage" (max 10 (div (add (mul $written $memory) 1023) 1024)) }}
{{- $_ := set $plan "maxClients" (ternary (max 128 (add (mul 2 $connections) 64)) (max 100 (mul 2 $connections)) $plan.failover) }}
{{- end }}
{{- $_ := set .Plan "redis" $plan }}
{{- end }}

{{/* What the processes of Memos get. */}}
{{- define "memos.plan.memos" -}}
{{- $scale := .Plan.scale }}
{{- $upload := int64 .Values.memos.uploadSizeLimitMb }}
{{- $memory := 0 }}
{{- with .Values.components.memos.resources.limits.memory }}
{{- $memory = include "memos.mebibytes" . | int64 }}
{{- else }}
{{- $further := sub .Values.memos.concurrentUploads 1 }}
{{- $uploads := add 180 (mul 120 $further) }}
{{- if eq .Values.attachments.kind "database" }}{{ $uploads = add 240 (mul 195 $further) }}{{ end }}
{{- $memory = mul (div (add (div (mul 115 (add 128 (div (mul $uploads $upload) 30))) 100) 63) 64) 64 }}
{{- end }}
{{- $rate := max 1 (div $scale.users 20) }}
{{- $cpu := max 100 (mul (div (add 99 (div (mul 53 $rate) (mul 10 $scale.min))) 50) 50) }}
{{- $preStop := ternary 0 .Plan.edge.preStop $scale.standby }}
{{- $stops := add $preStop (ternary 30 20 $scale.standby) }}
{{- $grace := include "memos.given" (list .Values.availability.terminationGracePeriodSeconds $stops) | int64 }}
{{- $databaseCa := dict }}
{{- if or .Plan.db.memosMeets (eq .Plan.db.kind "cluster") }}{{ $databaseCa = .Plan.db.ca }}{{ end }}
{{- $settings := or (not .Values.memos.allowSignUp) (ne .Values.attachments.kind "s3") (eq .Values.memos.version "0.31.0") }}
{{- $_ := set .Plan "app" (dict
  "image" (include "memos.image" (list . .Values.memos.image (printf "ghcr.io/usememos/memos:%s" .Values.memos.version)))
  "memory" $memory "cpu" $cpu "grace" $grace "preStop" $preStop "graceNeeded" (add $preStop 15) "settings" $settings "databaseCa" $databaseCa
  "startupTries" (div (add .Values.rollout.startupSeconds 1) 2)
  "databaseSecret" (.Values.secrets.names.database | default (include "memos.name" (list . "database")))
  "storageSecret" (.Values.secrets.names.storage | default (include "memos.name" (list . "storage")))
  "administratorSecret" (.Values.secrets.names.administrator | default (include "memos.name" (list . "administrator")))) }}
{{- end }}

{{/*
The components that run: what their objects are called and have in common. Those with "account" have pods of this chart's own making,
those with "spread" several that stand in for each other; "stateful" ones are counted without their revision.
*/}}
{{- define "memos.plan.components" -}}
{{- $given := .Values.components }}
{{- $of := dict "memos" (dict "root" . "component" "memos" "key" "memos" "file" "memos/deployment.yaml"
  "name" .Plan.fullname "values" $given.memos "version" .Values.memos.version
  "account" true "spread" (ge .Plan.scale.pods 2) "maxUnavailable" .Values.availability.maxUnavailable "grace" .Plan.app.grace
  "identity" .Plan.db.memosProxy) }}
{{- if .Plan.scale.standby }}
{{- $proxies := include "memos.given" (list .Values.scaling.proxies 2) | int64 }}
{{- /* Without proxies the pod that serves is the only one that is ready, and a budget would hold it for ever. */}}
{{- $_ := set $of.memos "maxUnavailable" (min 1 $proxies) }}
{{- if $proxies }}
{{- $_ := set $of "proxy" (dict "root" . "component" "proxy" "key" "proxy" "file" "standby/proxy.yaml"
  "name" (include "memos.name" (list . "proxy")) "values" $given.proxy
  "account" true "replicas" $proxies "spread" (ge $proxies 2) "maxUnavailable" 1 "grace" (add .Plan.edge.preStop 20)) }}
{{- end }}
{{- end }}
{{- if eq .Plan.db.kind "postgres" }}
{{- $_ := set $of "postgres" (dict "root" . "component" "postgres" "key" "postgres" "file" "database/postgres.yaml"
  "name" .Plan.db.host "values" $given.postgres "account" true "grace" 120) }}
{{- else if eq .Plan.db.kind "cluster" }}
{{- $_ := set $of "database" (dict "root" . "component" "database" "key" "postgres" "file" "database/cluster.yaml"
  "name" (trimSuffix "-rw" .Plan.db.host) "values" $given.postgres) }}
{{- end }}
{{- if .Plan.db.pooler }}
{{- $_ := set $of "pooler" (dict "root" . "component" "pooler" "key" "pooler" "file" "database/pooler.yaml"
  "name" (include "memos.name" (list . "pooler")) "values" $given.pooler
  "account" .Plan.db.ownPooler "spread" (ge .Plan.pool.replicas 2) "maxUnavailable" .Values.availability.maxUnavailable "grace" 45
  "identity" .Plan.db.proxy) }}
{{- end }}
{{- $_ := set .Plan.app "server" (dict "host" .Plan.db.host "port" .Plan.db.port) }}
{{- $_ := set .Plan.db "clients" (list $of.memos) }}
{{- with $of.pooler }}
{{- /* Keepers of the lease go past the pooler. */}}
{{- $_ := set $.Plan.db "clients" (ternary (list . $of.memos) (list .) $.Plan.scale.standby) }}
{{- $_ := set $.Plan.app "server" (dict "host" .name "port" (ternary 6432 5432 .account)) }}
{{- end }}
{{- if .Plan.redis.own }}
{{- $failover := .Plan.redis.failover }}
{{- $redis := include "memos.cut" (list (printf "%s-redis" .Plan.fullname) 52) }}
{{- $_ := set $of "redis" (dict "root" . "component" "redis" "key" "redis" "file" "redis/statefulset.yaml"
  "name" $redis "values" $given.redis
  "account" true "spread" $failover "stateful" true "maxUnavailable" 1 "grace" 60 "monitor" "metrics") }}
{{- if $failover }}
{{- $sentinel := include "memos.cut" (list (printf "%s-sentinel" .Plan.fullname) 52) }}
{{- $_ := set $of "sentinel" (dict "root" . "component" "sentinel" "key" "sentinel" "file" "redis/sentinel.yaml"
  "name" $sentinel "values" $given.sentinel
  "account" true "spread" true "stateful" true "maxUnavailable" 1 "grace" 30 "monitor" "metrics") }}
{{- $proxies := .Values.cache.proxies | default 2 | int64 }}
{{- $_ := set $of "redisProxy" (dict "root" . "component" "redis-proxy" "key" "redisProxy" "file" "redis/proxy.yaml"
  "name" .Plan.redis.host "values" $given.redisProxy
  "account" true "replicas" $proxies "spread" (ge $proxies 2) "maxUnavailable" 1 "grace" 30 "monitor" "status") }}
{{- end }}
{{- end }}
{{- $_ := set .Plan "of" $of }}
{{- end }}

{{/* How the keepers of the lease reach the database, past every pooler. */}}
{{- define "memos.plan.standby" -}}
{{- if .Plan.scale.standby }}
{{- $scaling := .Values.scaling }}
{{- $db := .Plan.db }}
{{- $standby := dict "lease" ($scaling.leaseSeconds | default 3 | int64) "host" $db.host "port" $db.port "user" ($scaling.user | default $db.user)
  "secret" .Plan.app.databaseSecret "key" (ternary "keeper-password" "password" (not (empty $scaling.user))) }}
{{- if eq $db.kind "managed" }}
{{- with $scaling.host }}{{ $_ := set $standby "host" . }}{{ end }}
{{- if $scaling.port }}
{{- $_ := set $standby "port" (int64 $scaling.port) }}
{{- else if and (eq .Values.kubernetes.cloud "azure") (eq $db.port 6432) }}
{{- $_ := set $standby "port" 5432 }}
{{- end }}
{{- if and $db.proxy .Values.database.cloudSqlProxy.iamLogin }}{{ $_ := set $standby "secret" "" }}{{ end }}
{{- else if and (eq $db.kind "cluster") (not $scaling.user) }}
{{- $_ := set $standby "secret" (printf "%s-app" .Plan.of.database.name) }}
{{- end }}
{{- $_ := set .Plan "standby" $standby }}
{{- end }}
{{- end }}
