//! What decides which field of an object: fields of the spec, figures of the plan, or a stated reason.

/// Why a field of an object has its value.
#[derive(Debug)]
pub(super) struct Cause {
    /// The kind of the object; empty for any.
    pub(super) kind: &'static str,
    /// `app.kubernetes.io/component` of the object; empty for any.
    pub(super) component: &'static str,
    /// Steps that a path leads through, without list items or with their names. More steps win over fewer.
    pub(super) path: &'static str,
    /// Fields of the spec that decide it. `@` is the component and `*` the key behind `path`; a field with `?` is named only
    /// when a layer has set it. Those of a choice that was not made are left out.
    pub(super) fields: &'static [&'static str],
    /// Figures of the plan that decide it.
    pub(super) figures: &'static [&'static str],
    /// What is said when no field and no figure decides it.
    pub(super) why: &'static str,
}

macro_rules! causes {
    ($($kind:literal $component:literal $path:literal: [$($field:literal)*] [$($figure:literal)*] $why:literal;)*) => {
        &[$(Cause {
            kind: $kind, component: $component, path: $path,
            fields: &[$($field),*], figures: &[$($figure),*], why: $why,
        },)*]
    };
}

/// The table. Tests hold every field and figure against the schema and the plans of the profiles, and count what has no cause.
#[rustfmt::skip]
pub(super) const CAUSES: &[Cause] = causes! {
    // Every object.
    "" "" "apiVersion": [] [] "the version of this kind that all supported clusters serve";
    "" "" "kind": [] [] "the kind of the object";
    "" "" "metadata.name": ["metadata.name"] [] "";
    "" "" "metadata.namespace": ["metadata.namespace"] [] "";
    "" "" "metadata.labels": ["components.@.labels.*?"] [] "the recommended labels of Kubernetes, the same on every object";
    "" "" "app.kubernetes.io/instance": ["metadata.name"] [] "";
    "" "" "app.kubernetes.io/component": [] [] "the part of the installation that this belongs to";
    "" "" "app.kubernetes.io/name": [] [] "the recommended labels of Kubernetes; selectors are made of name, instance and component, which never change";
    "" "" "app.kubernetes.io/version": ["memos.version"] [] "";
    "" "" "metadata.annotations": ["components.@.annotations.*?" "components.@.serviceAnnotations.*?" "exposure.annotations.*?"] [] "";
    "Namespace" "" "metadata.labels": ["kubernetes.version"] [] "";

    // What all pods have.
    "" "" "spec.selector": [] [] "the pods of this component, by the labels that never change";
    "" "" "spec.revisionHistoryLimit": [] [] "enough former releases to go back to, and no more";
    "" "" "spec.template.metadata.labels": ["components.@.podLabels.*?"] [] "the recommended labels of Kubernetes, by which Services and policies find the pods";
    "" "" "template.metadata.labels.azure.workload.identity/use": ["kubernetes.identity.kind"] [] "";
    "" "" "spec.template.metadata.annotations": ["components.@.podAnnotations.*?"] [] "a hash of what the pods read at their start, so that a change restarts them";
    "" "" "serviceAccountName": ["metadata.name"] [] "";
    "" "" "automountServiceAccountToken": [] [] "no process talks to the API server, so none gets a token for it";
    "" "" "enableServiceLinks": [] [] "a Service called `memos` would otherwise set `MEMOS_PORT` to its own address";
    "" "" "securityContext": [] [] "Pod Security `restricted`, with a user above 10,000, who is nobody on the node";
    "" "" "imagePullPolicy": [] [] "a tag may have moved since the node last pulled it; with a digest this costs one request";
    "" "" "imagePullSecrets": ["images.pullSecrets"] [] "";
    "" "" "terminationGracePeriodSeconds": [] [] "what a server of this kind needs to end its connections and write what it holds";
    "" "" "tolerations": ["availability.lostNodeSeconds" "components.@.tolerations?"] [] "";
    "" "" "topologySpreadConstraints": ["availability.zoneSpread" "availability.nodeSpread" "availability.zones"] [] "";
    "" "" "affinity": ["availability.nodeSpread" "components.@.affinity?"] [] "";
    "" "" "nodeSelector": ["components.@.nodeSelector"] [] "";
    "" "" "priorityClassName": ["components.@.priorityClass"] [] "";
    "" "" "containers.name": ["components.@.extraContainers?"] [] "the main container is called after its program";
    "" "" "containers.ports": [] [] "the port that the program listens on, by the same name as in the Service";
    "" "" "ports.protocol": [] [] "everything here speaks over TCP";
    "" "" "env": ["components.@.extraEnv?"] [] "";
    "" "" "envFrom": ["metadata.name"] [] "";
    "" "" "volumeMounts": ["components.@.extraVolumeMounts?"] [] "where the program, or its configuration, looks for these files";
    "" "" "volumes": ["components.@.extraVolumes?"] [] "files that the program needs, readable by its own group only";
    "" "" "volumes.emptyDir": [] [] "the root is read-only, so scratch space has a volume of its own, with a bound";
    "" "" "secret.secretName": ["secrets.names.database" "secrets.names.cache"] [] "";
    "" "" "volumes.configMap.name": ["metadata.name"] [] "";
    "" "" "resources.requests.ephemeral-storage": ["components.@.resources.requests.ephemeralStorage"] [] "";
    "" "" "resources.limits.ephemeral-storage": ["components.@.resources.limits.ephemeralStorage"] [] "";
    "" "" "resources.requests.cpu": ["components.@.resources.requests.cpu"] [] "";
    "" "" "resources.limits.cpu": ["components.@.resources.limits.cpu"] [] "";
    "" "" "resources.requests.memory": ["components.@.resources.requests.memory"] [] "";
    "" "" "resources.limits.memory": ["components.@.resources.limits.memory"] [] "";
    "" "" "lifecycle": [] [] "a stopping pod goes on serving while its clients forget it";
    "" "" "readinessProbe": ["components.@.probes.readinessFailures"] [] "";
    "" "" "livenessProbe": ["components.@.probes.livenessFailures"] [] "";
    "" "" "startupProbe": [] [] "a process that is starting is not restarted for being slow";

    // Memos.
    "Deployment" "memos" "spec.replicas": ["scaling.mode" "scaling.min" "scaling.max"] ["scaling.min" "scaling.max"] "";
    "Deployment" "memos" "spec.strategy": ["scaling.mode" "rollout.maxSurge"] [] "";
    "Deployment" "memos" "spec.progressDeadlineSeconds": ["rollout.progressDeadlineSeconds"] [] "";
    "Deployment" "memos" "containers.memos.image": ["memos.image" "memos.version" "memos.distribution" "images.registry"] [] "";
    "Deployment" "memos" "startupProbe": ["rollout.startupSeconds"] [] "";
    "Deployment" "memos" "readinessProbe": ["rollout.holdUntilAdministrator" "availability.readinessChecksDatabase" "components.memos.probes.readinessFailures"] [] "";
    "Deployment" "memos" "terminationGracePeriodSeconds": ["availability.terminationGracePeriodSeconds" "availability.preStopSeconds"] [] "";
    "Deployment" "memos" "lifecycle": ["availability.preStopSeconds"] [] "";
    "Deployment" "memos" "lifecycle.postStart": ["rollout.createAdministrator"] [] "";
    "Deployment" "memos" "resources.requests.cpu": ["components.memos.resources.requests.cpu"] ["memos.cpuRequest"] "";
    "Deployment" "memos" "resources.limits.cpu": ["components.memos.resources.limits.cpu"] ["memos.cpuLimit"] "";
    "Deployment" "memos" "resources.requests.memory": ["components.memos.resources.requests.memory"] ["memos.memoryRequest"] "";
    "Deployment" "memos" "resources.limits.memory": ["memos.uploadSizeLimitMb" "memos.concurrentUploads" "components.memos.resources.limits.memory"] ["memos.memoryLimit"] "";
    "Deployment" "memos" "initContainers.wait-for-redis": [] [] "Memos looks for Redis at its start only, and keeps to itself for ever without an answer";
    "Deployment" "memos" "initContainers.wait-for-redis.image": ["images.redis" "images.registry"] [] "";
    "Deployment" "memos" "initContainers.wait-for-database": [] [] "Memos gives up after five seconds without its database, and is then started again ten seconds later";
    "Deployment" "memos" "initContainers.wait-for-database.image": ["memos.image" "memos.version" "memos.distribution" "images.registry"] [] "";
    "Deployment" "memos" "env.DATABASE_HOST": ["database.kind" "database.pooler.enabled" "database.host"] [] "";
    "Deployment" "memos" "env.DATABASE_PORT": ["database.kind" "database.pooler.enabled" "database.port"] [] "";
    "Deployment" "memos" "env.CACHE_AUTHORITY": [] [] "the file with the authority of Redis' certificate; empty where there is none of its own";
    "Deployment" "memos" "env.MEMOS_PORT": ["components.memos.extraEnv?"] [] "Memos' port, said because a Service of its name would set this variable to its own address";
    "Deployment" "memos" "env.TZ": ["memos.timeZone"] [] "";
    "Deployment" "memos" "env.MEMOS_REDIS_POOL_SIZE": ["cache.client.poolSize"] ["cache.poolSize"] "";
    "Deployment" "memos" "env.MEMOS_REDIS_DIAL_TIMEOUT": ["cache.client.dialTimeout"] [] "";
    "Deployment" "memos" "env.MEMOS_REDIS_READ_TIMEOUT": ["cache.client.readTimeout"] [] "";
    "Deployment" "memos" "env.MEMOS_REDIS_WRITE_TIMEOUT": ["cache.client.writeTimeout"] [] "";
    "Deployment" "memos" "env.MEMOS_REDIS_KEY_PREFIX": ["cache.client.keyPrefix"] [] "";
    "Deployment" "memos" "env.MEMOS_REDIS_URL": ["cache.kind" "cache.auth" "secrets.names.cache"] [] "";
    "Deployment" "memos" "env.PGPASSWORD": ["database.kind" "secrets.kind" "secrets.names.database"] [] "";
    "Deployment" "memos" "volumes.data": ["attachments.kind"] [] "";
    "Deployment" "memos" "volumes.settings": ["attachments.kind" "memos.settings" "memos.identityProviders"] [] "";
    "Deployment" "memos" "volumes.administrator": ["rollout.createAdministrator" "secrets.names.administrator"] [] "";
    "Deployment" "memos" "volumes.cache-ca": ["cache.ca" "cache.tlsSecret" "cache.certificate"] [] "";
    "Deployment" "memos" "volumes.database-ca": ["database.tls.ca" "database.kind"] [] "";
    "Deployment" "memos" "spec.minReadySeconds": ["scaling.mode"] [] "as long as name servers may answer from memory, when the proxies do not know a new pod yet, and 20 s in which it serves beside all old ones";
    "Deployment" "memos" "containers.memos.command": ["scaling.mode"] [] "a gate that runs what the image starts while this pod has the lease";
    "Deployment" "memos" "initContainers.keeper": ["scaling.mode"] [] "keeps the lease by which one pod serves";
    "Deployment" "memos" "initContainers.keeper.image": ["images.keeper" "images.registry"] [] "";
    "Deployment" "memos" "initContainers.keeper.resources": [] [] "what a shell needs that sleeps most of the time, and one session of psql";
    "Deployment" "memos" "initContainers.keeper.readinessProbe": [] [] "a pod that stands by is as ready as one that serves: its keeper is answered by the database";
    "Deployment" "memos" "initContainers.keeper.livenessProbe": [] [] "a keeper that hangs lets the lease run out, and is made anew";
    "Deployment" "memos" "env.POD_NAME": [] [] "who holds the lease";
    "Deployment" "memos" "env.REVISION": [] [] "by which a pod of a newer revision knows that it is one, and asks for the lease";
    "Deployment" "memos" "env.ASK_AFTER": [] [] "until name servers know a new pod, it does not ask for the lease";
    "Deployment" "memos" "env.LEASE": ["scaling.leaseSeconds"] ["scaling.lease"] "";
    "Deployment" "memos" "env.KEPT_BACK": ["scaling.leaseSeconds"] ["scaling.keptBack"] "";
    "Deployment" "memos" "env.STARTUP": ["rollout.startupSeconds"] ["scaling.startup"] "";
    "Deployment" "memos" "env.MEMOS": [] [] "what the keeper asks whether Memos answers";
    "Deployment" "memos" "env.PGHOST": ["scaling.host" "database.host" "database.kind"] [] "";
    "Deployment" "memos" "env.PGPORT": ["scaling.port" "database.port" "database.kind"] [] "";
    "Deployment" "memos" "env.PGDATABASE": ["database.name" "database.kind"] [] "";
    "Deployment" "memos" "env.PGUSER": ["scaling.user" "database.user" "database.kind"] [] "";
    "Deployment" "memos" "env.PGSSLMODE": ["database.tls.mode" "database.kind"] [] "";
    "Deployment" "memos" "env.PGSSLROOTCERT": ["database.tls.ca" "database.kind"] [] "";
    "Deployment" "memos" "env.PGCONNECT_TIMEOUT": [] [] "a server that accepts and does not answer is given up before the lease would be missed for long";
    "Deployment" "memos" "env.PGAPPNAME": [] [] "by which the keepers are found in pg_stat_activity";
    "Deployment" "memos" "env.PGOPTIONS": [] [] "the server ends a statement before the keeper stops waiting for it, and a renewal waits for no disk";
    "Deployment" "memos" "volumes.lease": ["scaling.mode"] [] "where gate and keeper meet; in memory, because the clock by which a lease runs out begins anew with the node";
    "ConfigMap" "memos" "data.gate.sh": ["scaling.mode"] [] "runs Memos while the pod has the lease";
    "ConfigMap" "memos" "data.keeper.sh": ["scaling.mode"] [] "keeps the lease";
    "ConfigMap" "memos" "data.lease.sh": ["scaling.mode"] [] "what gate and keeper share";
    "ConfigMap" "memos" "data.young.sh": ["scaling.mode"] [] "what the probes run";
    "ConfigMap" "memos" "data.administrator.sh": ["rollout.createAdministrator"] [] "";
    "Deployment" "proxy" "spec.replicas": ["scaling.proxies"] [] "";
    "Deployment" "memos" "dnsConfig": ["scaling.mode"] [] "a name server that is lost with its node is not waited for";
    "Deployment" "proxy" "spec.strategy": [] [] "one more at a time, so that connections move over without a gap";
    "Deployment" "proxy" "image": ["images.proxy" "images.registry"] [] "";
    "Deployment" "proxy" "command": [] [] "HAProxy with the configuration of the ConfigMap beside it";
    "Deployment" "proxy" "readinessProbe": ["scaling.leaseSeconds" "components.proxy.probes.readinessFailures"] ["scaling.proxyPatience"] "";
    "Deployment" "proxy" "lifecycle": ["availability.preStopSeconds"] ["scaling.proxyPreStopSeconds"] "";
    "Deployment" "proxy" "terminationGracePeriodSeconds": ["availability.preStopSeconds"] ["scaling.proxyGraceSeconds"] "";
    "ConfigMap" "proxy" "data": ["scaling.pods" "scaling.leaseSeconds" "rollout.holdUntilAdministrator" "kubernetes.clusterDomain"] ["scaling.servers" "scaling.holdRounds"] "";
    "ConfigMap" "memos" "data.GOMEMLIMIT": ["components.memos.resources.limits.memory"] ["memos.goMemoryLimit"] "";
    "ConfigMap" "memos" "data.MEMOS_DATA": ["memos.distribution"] [] "";
    "ConfigMap" "memos" "data.MEMOS_DRIVER": ["database.kind" "database.engine"] [] "";
    "ConfigMap" "memos" "data.MEMOS_DSN": ["database.kind" "database.pooler.enabled" "database.host" "database.port" "database.name" "database.user" "database.tls.mode"] [] "";
    "ConfigMap" "memos" "data.MEMOS_INSTANCE_URL": ["memos.instanceUrl" "exposure.host"] [] "";
    "ConfigMap" "memos" "data.MEMOS_LOG_LEVEL": ["memos.logLevel"] [] "";
    "ConfigMap" "memos" "data.SSL_CERT_DIR": ["cache.ca" "database.tls.ca"] [] "";
    "ConfigMap" "memos" "data.memos-instance-setting-general.json": ["memos.allowSignUp"] [] "";
    "ConfigMap" "memos" "data.memos-instance-setting-storage.json": ["attachments.kind" "memos.uploadSizeLimitMb"] [] "";
    "ConfigMap" "memos" "data.deployment": ["exposure.class"] [] "";
    "ConfigMap" "memos" "data.service": ["exposure.class"] [] "";
    "HorizontalPodAutoscaler" "memos" "spec.minReplicas": ["scaling.min" "load.size"] ["scaling.min"] "";
    "HorizontalPodAutoscaler" "memos" "spec.maxReplicas": ["scaling.max" "load.size"] ["scaling.max"] "";
    "HorizontalPodAutoscaler" "memos" "spec.scaleTargetRef": ["scaling.mode"] [] "";
    "HorizontalPodAutoscaler" "memos" "spec.metrics": ["scaling.cpuUtilization" "scaling.memoryUtilization"] [] "";
    "HorizontalPodAutoscaler" "memos" "spec.behavior.scaleUp": [] [] "twice as many or two more every half minute, whichever is more: load comes faster than it goes";
    "HorizontalPodAutoscaler" "memos" "spec.behavior.scaleUp.stabilizationWindowSeconds": ["scaling.behavior.scaleUpWindowSeconds"] [] "";
    "HorizontalPodAutoscaler" "memos" "spec.behavior.scaleDown": ["scaling.behavior.scaleDownPercent"] [] "";
    "HorizontalPodAutoscaler" "memos" "spec.behavior.scaleDown.stabilizationWindowSeconds": ["scaling.behavior.scaleDownWindowSeconds"] [] "";
    "PodDisruptionBudget" "" "spec.maxUnavailable": ["availability.maxUnavailable"] [] "";
    "PodDisruptionBudget" "" "spec.unhealthyPodEvictionPolicy": [] [] "a pod that is not ready anyway must not keep a node from being drained";

    // Services and the way in.
    "Service" "" "spec.type": [] [] "reached from inside the cluster only";
    "Service" "" "spec.clusterIP": [] [] "without an address of its own, because one pod stands behind it";
    "Service" "" "spec.publishNotReadyAddresses": [] [] "nobody else could answer for a pod that is not ready, and its name takes seconds to be known again";
    "Service" "" "spec.ports": [] [] "the port that everything else in the tree calls, by the same name as in the pods";
    "Service" "memos" "spec.type": ["exposure.kind"] [] "";
    "Service" "memos" "spec.ports.port": ["exposure.port"] [] "the port of HTTP, which the edge in front calls";
    "Service" "memos" "spec.loadBalancerSourceRanges": ["exposure.sourceRanges"] [] "";
    "Service" "memos" "spec.externalTrafficPolicy": ["exposure.kind"] [] "";
    "Service" "memos" "spec.sessionAffinity": ["exposure.affinity"] [] "";
    "Service" "memos" "metadata.annotations": ["components.memos.serviceAnnotations.*?" "exposure.annotations.*?" "exposure.internal" "exposure.certificate" "kubernetes.cloud"] [] "";
    "Ingress" "" "spec.ingressClassName": ["exposure.class"] [] "";
    "Ingress" "" "host": ["exposure.host"] [] "";
    "Ingress" "" "spec.tls": ["exposure.tls.kind" "exposure.tls.name" "exposure.host"] [] "";
    "Ingress" "" "http": [] [] "every path leads to the Service of Memos, because Memos serves no sub-path";
    "Ingress" "" "metadata.annotations": ["exposure.annotations.*?" "exposure.class" "exposure.tls.kind"] [] "";
    "Ingress" "" "alb.ingress.kubernetes.io/certificate-arn": ["exposure.tls.certificate"] [] "";
    "Ingress" "" "alb.ingress.kubernetes.io/scheme": ["exposure.internal"] [] "what the class `alb` needs to be reached from the internet";
    "Ingress" "" "alb.ingress.kubernetes.io/load-balancer-attributes": ["exposure.edge.idleTimeoutSeconds"] [] "";
    "Ingress" "" "alb.ingress.kubernetes.io/target-group-attributes": ["exposure.edge.affinity"] [] "";
    "Ingress" "" "alb.ingress.kubernetes.io/wafv2-acl-arn": ["exposure.edge.waf"] [] "";
    "Ingress" "" "alb.ingress.kubernetes.io/inbound-cidrs": ["exposure.edge.sourceRanges"] [] "";
    "Gateway" "" "spec.gatewayClassName": ["exposure.class"] [] "";
    "Gateway" "" "spec.infrastructure": ["exposure.class"] [] "";
    "Gateway" "" "spec.addresses": ["exposure.address"] [] "";
    "Gateway" "" "spec.listeners": ["exposure.tls.kind"] [] "";
    "Gateway" "" "hostname": ["exposure.host"] [] "";
    "Gateway" "" "listeners.allowedRoutes": [] [] "routes of other namespaces have no business on this Gateway";
    "Gateway" "" "metadata.annotations": ["exposure.annotations.*?" "exposure.tls.kind" "exposure.tls.issuer" "exposure.tls.issuerKind" "exposure.tls.certificate"] [] "";
    "HTTPRoute" "" "spec.hostnames": ["exposure.host"] [] "";
    "HTTPRoute" "" "spec.parentRefs": ["exposure.kind" "exposure.existing?"] [] "";
    "HTTPRoute" "" "spec.rules": [] [] "every path leads to the Service of Memos; plain HTTP is sent on to HTTPS";
    "HTTPRoute" "" "spec.rules.timeouts": [] [] "the event stream of Memos has no end, so a request has none";
    "GCPBackendPolicy" "" "spec.targetRef": [] [] "the Service that the route leads to";
    "GCPBackendPolicy" "" "spec.default.timeoutSec": ["exposure.edge.idleTimeoutSeconds"] [] "";
    "GCPBackendPolicy" "" "spec.default.securityPolicy": ["exposure.edge.waf"] [] "";
    "GCPBackendPolicy" "" "spec.default.connectionDraining": [] [] "requests that are under way when a pod goes are given a minute";
    "GCPBackendPolicy" "" "spec.default.sessionAffinity": ["exposure.edge.affinity"] [] "";
    "HealthCheckPolicy" "" "spec": [] [] "asks `/healthz` of Memos: the load balancer's own check would ask `/`";

    // Who may talk to whom.
    "NetworkPolicy" "" "spec.podSelector": ["network.policies"] [] "";
    "NetworkPolicy" "" "spec.policyTypes": ["network.policies"] [] "";
    "NetworkPolicy" "" "metadata.annotations": ["network.policies"] [] "";
    "NetworkPolicy" "" "spec.egress": ["network.policies" "network.dns.mode" "network.extraEgress?"] [] "";
    "NetworkPolicy" "" "spec.ingress": ["network.policies" "network.extraIngress?"] [] "";
    "NetworkPolicy" "memos" "spec.ingress": ["network.policies" "exposure.kind" "exposure.class" "exposure.edge.networks" "network.extraIngress?"] [] "";
    "NetworkPolicy" "memos" "spec.egress": ["network.policies" "network.dns.mode" "network.internet" "database.kind" "database.networks" "cache.kind" "cache.networks" "attachments.kind" "attachments.networks" "network.extraEgress?"] [] "";
    "NetworkPolicy" "pooler" "spec.egress": ["network.policies" "network.dns.mode" "database.kind" "database.networks" "database.cloudSqlProxy.instance" "network.extraEgress?"] [] "";

    // Volumes.
    "PersistentVolumeClaim" "memos" "storage": ["attachments.size"] [] "";
    "PersistentVolumeClaim" "memos" "spec.accessModes": ["attachments.access" "scaling.mode"] [] "";
    "PersistentVolumeClaim" "memos" "spec.storageClassName": ["attachments.class"] [] "";
    "StorageClass" "" "metadata.name": ["metadata.namespace" "metadata.name"] [] "";
    "StorageClass" "" "provisioner": ["attachments.class.kind"] [] "";
    "StorageClass" "" "parameters": ["attachments.class.kind"] [] "";
    "StorageClass" "" "parameters.fileSystemId": ["attachments.class.fileSystemId"] [] "";
    "StorageClass" "" "parameters.tier": ["attachments.class.tier"] [] "";
    "StorageClass" "" "parameters.network": ["attachments.class.network"] [] "";
    "StorageClass" "" "parameters.skuName": ["attachments.class.sku"] [] "";
    "StorageClass" "" "parameters.uid": [] [] "the user of Memos' process, so that it may write";
    "StorageClass" "" "parameters.gid": [] [] "the group of Memos' process, so that it may write";
    "StorageClass" "" "mountOptions": ["attachments.class.kind"] [] "";
    "StorageClass" "" "allowVolumeExpansion": ["attachments.class.kind"] [] "";
    "StorageClass" "" "reclaimPolicy": [] [] "attachments outlive the claim: deleting the tree must not delete files";
    "StorageClass" "" "volumeBindingMode": [] [] "a share is made at once: it need not wait for a pod to know its place";
    "StatefulSet" "" "volumeClaimTemplates": [] [] "one volume for the one process";

    // Secrets from a store.
    "ExternalSecret" "" "secretStoreRef.name": ["secrets.store.name"] [] "";
    "ExternalSecret" "" "secretStoreRef.kind": ["secrets.store.kind"] [] "";
    "ExternalSecret" "" "remoteRef": ["secrets.prefix"] [] "";
    "ExternalSecret" "" "remoteRef.property": [] [] "the property of the store's entry, as PREREQUISITES.md lists it";
    "ExternalSecret" "" "spec.data.secretKey": [] [] "the property as the template below names it";
    "ExternalSecret" "" "spec.refreshInterval": ["secrets.refreshInterval"] [] "";
    "ExternalSecret" "" "spec.target": [] [] "the Secret goes with its ExternalSecret, and is kept when the store does not answer";
    "ExternalSecret" "" "spec.target.name": ["secrets.names.database" "secrets.names.cache"] [] "";
    "ExternalSecret" "memos" "target.template": ["database.kind" "database.pooler.enabled"] [] "";
    "ExternalSecret" "redis" "target.template": ["cache.kind" "cache.auth" "cache.host" "cache.port" "cache.tls"] [] "";
    "ServiceAccount" "" "metadata.annotations": ["kubernetes.identity.kind" "kubernetes.identity.roleArn" "kubernetes.identity.serviceAccount" "kubernetes.identity.clientId"] [] "";

    // PostgreSQL.
    "StatefulSet" "" "spec.replicas": [] [] "one process holds the data";
    "StatefulSet" "" "spec.serviceName": ["metadata.name"] [] "";
    "StatefulSet" "postgres" "image": ["database.version" "images.postgres" "images.registry"] [] "";
    "StatefulSet" "postgres" "resources": ["database.memory" "components.postgres.resources?"] ["database.memory"] "";
    "StatefulSet" "postgres" "resources.limits.memory": ["database.memory"] ["database.memory"] "";
    "StatefulSet" "postgres" "resources.requests.memory": ["database.memory"] ["database.memory"] "";
    "StatefulSet" "postgres" "args": ["database.memory" "database.maxConnections"] ["database.maxConnections" "database.sharedBuffers" "database.effectiveCacheSize" "database.maintenanceWorkMem" "database.workMem"] "";
    "StatefulSet" "postgres" "env.PGDATA": ["database.version"] [] "";
    "StatefulSet" "postgres" "env.POSTGRES_USER": ["components.postgres.extraEnv?"] [] "the superuser, whom Memos never signs in as";
    "StatefulSet" "postgres" "env.POSTGRES_PASSWORD_FILE": ["components.postgres.extraEnv?"] [] "read from a file, so that no listing of variables shows it";
    "StatefulSet" "postgres" "volumeClaimTemplates.spec.resources.requests.storage": ["database.storage.size"] ["database.storage"] "";
    "StatefulSet" "postgres" "storageClassName": ["database.storage.storageClass"] [] "";
    "StatefulSet" "postgres" "secret.secretName": ["secrets.names.database"] [] "";
    "ConfigMap" "postgres" "data": [] [] "makes the user and the database of Memos in an empty data directory";
    "StatefulSet" "postgres" "command": [] [] "a database counts when it is whole: what a killed first start left is made anew";
    "StatefulSet" "postgres" "readinessProbe": ["components.postgres.probes.readinessFailures"] [] "";

    // The pooler, and Google's proxy beside it.
    "Deployment" "pooler" "spec.replicas": ["database.pooler.replicas"] [] "";
    "Deployment" "pooler" "spec.minReadySeconds": [] [] "long enough for the former process to have ended, so that no third one holds connections";
    "Deployment" "pooler" "spec.strategy": [] [] "one more at a time, so that connections move over without a gap";
    "Deployment" "pooler" "containers.pgbouncer.image": ["images.pooler" "images.registry"] [] "";
    "Deployment" "pooler" "initContainers.wait-for-database": [] [] "PgBouncer waits for fifteen seconds before it tries again to sign in";
    "Deployment" "pooler" "initContainers.wait-for-database.image": ["images.pooler" "images.registry"] [] "";
    "Deployment" "pooler" "env.DATABASE_HOST": ["database.kind" "database.host"] [] "";
    "Deployment" "pooler" "env.DATABASE_PORT": ["database.kind" "database.port"] [] "";
    "Deployment" "pooler" "command": [] [] "PgBouncer with the configuration of the ConfigMap beside it";
    "Deployment" "pooler" "secret.secretName": ["secrets.names.database"] [] "";
    "Deployment" "pooler" "volumes.authority": ["database.tls.ca"] [] "";
    "Deployment" "" "cloud-sql-proxy.args": ["database.cloudSqlProxy.instance" "database.cloudSqlProxy.iamLogin" "database.cloudSqlProxy.privateServiceConnect"] [] "";
    "Deployment" "" "cloud-sql-proxy.image": ["images.cloudSqlProxy" "images.registry"] [] "";
    "Deployment" "" "cloud-sql-proxy": ["database.cloudSqlProxy.instance"] [] "";
    "Deployment" "" "cloud-sql-proxy.resources.requests": [] [] "what the proxy needs for a pool of this size";
    "Deployment" "" "cloud-sql-proxy.resources.limits": [] [] "what the proxy needs for a pool of this size";
    "Deployment" "" "cloud-sql-proxy.imagePullPolicy": [] [] "a tag may have moved since the node last pulled it; with a digest this costs one request";
    "Deployment" "" "cloud-sql-proxy.securityContext": [] [] "Pod Security `restricted`, with a user above 10,000, who is nobody on the node";
    "ConfigMap" "pooler" "data": ["database.pooler.mode" "database.pooler.poolSize"] ["pooler.poolSize" "pooler.maxClients"] "";

    // Redis.
    "StatefulSet" "redis" "image": ["images.redis" "images.registry"] [] "";
    "StatefulSet" "redis" "command": ["cache.kind"] [] "";
    "StatefulSet" "redis" "resources.limits.memory": ["cache.maxMemory" "cache.persistence"] ["cache.memoryLimit"] "";
    "StatefulSet" "redis" "resources.requests.memory": ["cache.maxMemory" "cache.persistence"] ["cache.memoryLimit"] "";
    "StatefulSet" "redis" "volumeClaimTemplates.spec.resources.requests.storage": ["cache.storage.size"] [] "";
    "StatefulSet" "redis" "storageClassName": ["cache.storage.storageClass"] [] "";
    "StatefulSet" "redis" "secret.secretName": ["secrets.names.cache"] [] "";
    "StatefulSet" "redis" "spec.replicas": ["cache.replicas"] [] "";
    "StatefulSet" "redis" "spec.podManagementPolicy": [] [] "all at once: one that waited for the one before it could not follow a master that comes after it";
    "StatefulSet" "redis" "spec.minReadySeconds": [] [] "long enough for a new replica to be known to the sentinels";
    "StatefulSet" "redis" "spec.persistentVolumeClaimRetentionPolicy": ["cache.keepVolumes"] [] "";
    "StatefulSet" "redis" "lifecycle.preStop": [] [] "a master takes no more writes and hands over before it ends";
    "StatefulSet" "redis" "env.QUORUM": ["cache.quorum" "cache.sentinels"] [] "";
    "StatefulSet" "redis" "env.REDIS_HOSTS": ["cache.replicas" "kubernetes.clusterDomain"] [] "";
    "StatefulSet" "redis" "env.SENTINEL_HOSTS": ["cache.sentinels" "kubernetes.clusterDomain"] [] "";
    "StatefulSet" "redis" "env.TLS": ["cache.tlsSecret" "cache.certificate"] [] "";
    "StatefulSet" "redis" "env": ["cache.kind"] [] "what the scripts have to know: who they are, and whom to ask";
    "StatefulSet" "sentinel" "spec.replicas": ["cache.sentinels"] [] "";
    "StatefulSet" "sentinel" "spec.podManagementPolicy": [] [] "all at once, because none of them waits for another";
    "StatefulSet" "sentinel" "spec.minReadySeconds": [] [] "long enough for the others to have heard of a new one";
    "StatefulSet" "sentinel" "image": ["images.redis" "images.registry"] [] "";
    "StatefulSet" "sentinel" "command": ["cache.kind"] [] "";
    "StatefulSet" "sentinel" "env.QUORUM": ["cache.quorum" "cache.sentinels"] [] "";
    "StatefulSet" "sentinel" "env": ["cache.kind"] [] "what the scripts have to know: who they are, and whom to ask";
    "StatefulSet" "sentinel" "secret.secretName": ["secrets.names.cache"] [] "";
    "StatefulSet" "sentinel" "initContainers.exporter": ["cache.metrics.enabled"] [] "";
    "StatefulSet" "sentinel" "initContainers.exporter.image": ["images.redisExporter" "images.registry"] [] "";
    "ConfigMap" "sentinel" "data": ["cache.downAfter" "cache.failoverTimeout" "cache.tlsSecret" "cache.certificate"] [] "";
    "Deployment" "redis-proxy" "spec.replicas": ["cache.proxies"] [] "";
    "Deployment" "redis-proxy" "spec.strategy": [] [] "one more at a time, so that connections move over without a gap";
    "Deployment" "redis-proxy" "image": ["images.redisProxy" "images.registry"] [] "";
    "Deployment" "redis-proxy" "command": ["cache.auth" "cache.tlsSecret" "cache.certificate"] [] "HAProxy with the configuration of the ConfigMap beside it, and the password of its check";
    "Deployment" "redis-proxy" "secret.secretName": ["secrets.names.cache" "cache.tlsSecret" "cache.certificate"] [] "";
    "ConfigMap" "redis-proxy" "data": ["cache.replicas" "cache.minReplicasToWrite" "cache.tlsSecret" "cache.certificate" "kubernetes.clusterDomain"] ["cache.maxClients"] "";
    "Service" "redis-proxy" "spec.type": ["cache.service.type"] [] "";
    "StatefulSet" "redis" "initContainers.exporter": ["cache.metrics.enabled"] [] "";
    "StatefulSet" "redis" "initContainers.exporter.image": ["images.redisExporter" "images.registry"] [] "";
    "StatefulSet" "redis" "initContainers.exporter.resources": [] [] "what a small process needs that asks one question a scrape";
    "StatefulSet" "redis" "initContainers.exporter.env": ["cache.metrics.enabled" "cache.tlsSecret" "cache.certificate"] [] "";
    "StatefulSet" "redis" "volumes.exporter": ["cache.metrics.enabled" "cache.auth" "secrets.names.cache"] [] "";
    "Service" "redis" "spec.type": ["cache.service.type"] [] "";
    "Service" "redis" "spec.loadBalancerClass": ["kubernetes.cloud" "kubernetes.eksAutoMode"] [] "";
    "Service" "redis" "spec.loadBalancerSourceRanges": ["cache.service.sourceRanges"] [] "";
    "Service" "redis" "spec.externalTrafficPolicy": ["cache.service.type" "kubernetes.cloud"] [] "";
    "Service" "redis" "metadata.annotations": ["cache.service.internal" "kubernetes.cloud" "components.redis.serviceAnnotations.*?"] [] "";
    "Certificate" "redis" "spec.secretName": ["cache.certificate"] [] "";
    "Certificate" "redis" "spec.issuerRef": ["cache.certificate.issuer" "cache.certificate.issuerKind"] [] "";
    "Certificate" "redis" "spec.issuerRef.group": [] [] "the API group of cert-manager's issuers";
    "Certificate" "redis" "spec.dnsNames": ["cache.certificate.names" "kubernetes.clusterDomain" "metadata.namespace"] [] "";
    "Certificate" "redis" "spec.privateKey": [] [] "another key at each renewal, so that a stolen one is of no use after it; small and fast by its kind";
    "Certificate" "redis" "spec.usages": [] [] "nobody asks a client for a certificate, so it is a server's alone";
    "PrometheusRule" "redis" "metadata.namespace": ["cache.metrics.prometheusRule.namespace" "metadata.namespace"] [] "";
    "PrometheusRule" "redis" "metadata.labels": ["cache.metrics.prometheusRule.labels.*?" "components.redis.labels.*?"] [] "the recommended labels of Kubernetes, the same on every object";
    "PrometheusRule" "redis" "spec": ["cache.metrics.prometheusRule.enabled" "cache.kind" "cache.persistence"] [] "";
    "ServiceMonitor" "redis" "metadata.namespace": ["cache.metrics.serviceMonitor.namespace" "metadata.namespace"] [] "";
    "ServiceMonitor" "redis" "metadata.labels": ["cache.metrics.serviceMonitor.labels.*?" "components.redis.labels.*?"] [] "the recommended labels of Kubernetes, the same on every object";
    "ServiceMonitor" "redis" "spec": ["cache.metrics.serviceMonitor.enabled"] [] "";
    "ServiceMonitor" "redis" "spec.endpoints.interval": ["cache.metrics.serviceMonitor.interval"] [] "";
    "NetworkPolicy" "redis" "spec.ingress": ["network.policies" "cache.kind" "cache.metrics.enabled" "cache.metrics.namespace" "cache.service.sourceRanges" "network.extraIngress?"] [] "";
    "ConfigMap" "redis" "data": ["cache.maxMemory" "cache.persistence"] ["cache.maxMemory"] "";
};
