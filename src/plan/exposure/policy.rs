//! Objects of the edge that belong to one implementation of it.

/// One object beside the Gateway or Ingress.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyObject {
    /// Its name.
    pub name: String,
    /// What it says.
    pub policy: EdgePolicy,
}

/// What an object beside the Gateway or Ingress says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EdgePolicy {
    /// Google asks `GET /` unless told otherwise; a Gateway does not read the readiness probe.
    GoogleHealthCheck,
    /// Google's load balancer towards the Service of a Gateway.
    GoogleBackend(GoogleBackend),
    /// Google's load balancer towards the Service of an Ingress, its health check included.
    GoogleBackendConfig(GoogleBackend),
    /// Google's load balancer towards people: from HTTP to HTTPS.
    GoogleFrontendConfig,
    /// A certificate that Google makes for the host.
    GoogleCertificate,
    /// Amazon's load balancer of a Gateway.
    AwsLoadBalancer(AwsLoadBalancer),
    /// Amazon's target group of a Gateway.
    AwsTargetGroup {
        /// Its attributes.
        attributes: Vec<(&'static str, String)>,
    },
    /// Azure asks `GET /` unless told otherwise.
    AzureHealthCheck,
    /// Azure's timeouts and cookie.
    AzureRoute {
        /// Seconds that a request may take; event streams are requests.
        timeout_seconds: u32,
        /// Whether a cookie keeps a browser on a replica.
        affinity: bool,
    },
    /// Azure's web application firewall.
    AzureFirewall {
        /// The resource id of the policy.
        policy: String,
    },
    /// Envoy Gateway's cookie and rate limit.
    EnvoyTraffic {
        /// Requests a second and client address, by each of its processes.
        requests_per_second: Option<u32>,
        /// Whether a cookie keeps a browser on a replica.
        affinity: bool,
    },
    /// Envoy Gateway's ranges that may come in.
    EnvoySources {
        /// The ranges.
        ranges: Vec<String>,
    },
    /// Istio's cookie.
    IstioAffinity,
    /// What Istio's gateway pods lack to be admitted under Pod Security `restricted`: a seccomp profile.
    IstioPods,
    /// Traefik's middlewares; each is an object of its own.
    TraefikMiddleware(TraefikMiddleware),
}

/// Google's load balancer towards the Service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GoogleBackend {
    /// Seconds that a response may take as a whole; Google's default of 30 would end every event stream.
    pub timeout_seconds: u32,
    /// Seconds that a leaving endpoint finishes what it has begun.
    pub drain_seconds: u32,
    /// The Cloud Armor policy.
    pub security_policy: Option<String>,
    /// Whether a cookie keeps a browser on a replica.
    pub affinity: bool,
}

/// Amazon's load balancer of a Gateway.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AwsLoadBalancer {
    /// Whether it is reachable only from inside.
    pub internal: bool,
    /// The ARN of the certificate; none without encryption.
    pub certificate: Option<String>,
    /// Its attributes.
    pub attributes: Vec<(&'static str, String)>,
    /// The ARN of the web ACL.
    pub web_acl: Option<String>,
    /// Who may come in; anybody when empty.
    pub source_ranges: Vec<String>,
}

/// One middleware of Traefik.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TraefikMiddleware {
    /// From HTTP to HTTPS.
    Redirect,
    /// Requests a second and client address.
    RateLimit(u32),
    /// Ranges that may come in.
    Sources(Vec<String>),
}
