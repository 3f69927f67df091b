//! The classes of Gateways and Ingresses that are known, and what each can do.

use crate::spec::workload::Cloud;

/// What stands behind a GatewayClass.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GatewayClass {
    /// Istio: pods beside the Gateway.
    Istio,
    /// The app-routing add-on of AKS: Istio's gateway without its other kinds.
    AppRouting,
    /// Envoy Gateway: pods in its own namespace.
    Envoy,
    /// NGINX Gateway Fabric and kgateway: pods beside the Gateway, nothing of their own is used.
    Beside,
    /// Traefik: the pods of its chart.
    Traefik,
    /// Google's global external load balancer.
    GoogleGlobal,
    /// Google's regional or internal load balancers, which come from a proxy-only subnet.
    GoogleRegional,
    /// Amazon's Application Load Balancer by the AWS Load Balancer Controller.
    Aws,
    /// Azure's Application Gateway for Containers.
    Azure,
    /// One that is not known.
    Other,
}

/// What stands behind an IngressClass.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IngressClass {
    /// Amazon's Application Load Balancer by the AWS Load Balancer Controller.
    Alb,
    /// Google's external load balancer.
    Gce,
    /// Google's internal load balancer.
    GceInternal,
    /// Traefik.
    Traefik,
    /// HAProxy Technologies' controller.
    Haproxy,
    /// The retired ingress-nginx.
    Nginx,
    /// The app-routing add-on of AKS with NGINX, which ends in November 2026.
    AppRoutingNginx,
    /// The superseded Application Gateway Ingress Controller.
    ApplicationGateway,
    /// One that is not known.
    Other,
}

/// What a class can express. What it cannot is said by a rule, never dropped in silence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Abilities {
    /// The cloud it belongs to; any when none.
    pub cloud: Option<Cloud>,
    /// Whether it takes a certificate of the cloud.
    pub cloud_certificate: bool,
    /// Whether it takes a certificate from a Secret, and so from cert-manager.
    pub secret_certificate: bool,
    /// A cookie that keeps a browser on a replica.
    pub affinity: bool,
    /// Requests a second and client.
    pub rate_limit: bool,
    /// A web application firewall of the cloud.
    pub waf: bool,
    /// Ranges that may come in.
    pub source_ranges: bool,
    /// A time without bytes after which a connection ends.
    pub idle_timeout: bool,
    /// A largest request body.
    pub body_limit: bool,
    /// An address reserved by name.
    pub address: bool,
    /// Being reachable only from inside.
    pub internal: bool,
    /// Whether connections come from subnets of the load balancer, which only the operator knows.
    pub needs_networks: bool,
}

/// A class in the cluster of which nothing of its own is used.
const PLAIN: Abilities = Abilities {
    cloud: None,
    cloud_certificate: false,
    secret_certificate: true,
    affinity: false,
    rate_limit: false,
    waf: false,
    source_ranges: false,
    idle_timeout: false,
    body_limit: false,
    address: false,
    internal: false,
    needs_networks: false,
};

/// Amazon's Application Load Balancer, by either kind of object.
const ALB: Abilities = Abilities {
    cloud: Some(Cloud::Aws),
    cloud_certificate: true,
    secret_certificate: false,
    affinity: true,
    waf: true,
    source_ranges: true,
    idle_timeout: true,
    internal: true,
    needs_networks: true,
    ..PLAIN
};

/// Google's load balancers, by either kind of object.
const GOOGLE: Abilities = Abilities {
    cloud: Some(Cloud::Gcp),
    cloud_certificate: true,
    affinity: true,
    waf: true,
    idle_timeout: true,
    address: true,
    ..PLAIN
};

/// Whether the name of a class says that it is reachable only from inside, as Google's and others' do.
pub fn is_internal_by_name(class: &str) -> bool {
    class.starts_with("gke-l7-rilb") || class.contains("-internal-")
}

impl GatewayClass {
    /// The class behind a name. Names that projects give in their own documentation are known; others are [`Self::Other`].
    pub fn of(name: &str) -> Self {
        match name {
            "istio" => Self::Istio,
            "approuting-istio" => Self::AppRouting,
            "envoy" | "envoy-gateway" | "eg" => Self::Envoy,
            "nginx" | "kgateway" => Self::Beside,
            "traefik" => Self::Traefik,
            "gke-l7-global-external-managed" | "gke-l7-gxlb" => Self::GoogleGlobal,
            "alb" | "aws-alb" | "aws-alb-gateway-class" => Self::Aws,
            "azure-alb-external" => Self::Azure,
            _ if name.starts_with("gke-l7-") => Self::GoogleRegional,
            _ => Self::Other,
        }
    }

    /// What it can express.
    pub fn abilities(self) -> Abilities {
        match self {
            Self::Istio => Abilities { affinity: true, internal: true, ..PLAIN },
            Self::AppRouting => Abilities { cloud: Some(Cloud::Azure), internal: true, ..PLAIN },
            Self::Envoy => Abilities { affinity: true, rate_limit: true, source_ranges: true, ..PLAIN },
            Self::Beside | Self::Traefik | Self::Other => PLAIN,
            Self::GoogleGlobal => GOOGLE,
            Self::GoogleRegional => Abilities { needs_networks: true, ..GOOGLE },
            Self::Aws => ALB,
            Self::Azure => Abilities {
                cloud: Some(Cloud::Azure),
                affinity: true,
                waf: true,
                idle_timeout: true,
                address: true,
                needs_networks: true,
                ..PLAIN
            },
        }
    }

    /// Whether its pods are made in the Gateway's namespace.
    pub fn beside_gateway(self) -> bool {
        matches!(self, Self::Istio | Self::AppRouting | Self::Beside)
    }

    /// Whether it is one of Google's.
    pub fn google(self) -> bool {
        matches!(self, Self::GoogleGlobal | Self::GoogleRegional)
    }
}

impl IngressClass {
    /// The class behind a name.
    pub fn of(name: &str) -> Self {
        match name {
            "alb" => Self::Alb,
            "gce" => Self::Gce,
            "gce-internal" => Self::GceInternal,
            "traefik" => Self::Traefik,
            "haproxy" => Self::Haproxy,
            "nginx" => Self::Nginx,
            "webapprouting.kubernetes.azure.com" => Self::AppRoutingNginx,
            "azure-application-gateway" | "azure.application-gateway" => Self::ApplicationGateway,
            _ => Self::Other,
        }
    }

    /// What it can express.
    pub fn abilities(self) -> Abilities {
        let nginx = Abilities {
            affinity: true,
            rate_limit: true,
            source_ranges: true,
            idle_timeout: true,
            body_limit: true,
            ..PLAIN
        };
        match self {
            Self::Alb => ALB,
            Self::Gce => GOOGLE,
            Self::GceInternal => Abilities { internal: true, needs_networks: true, ..GOOGLE },
            Self::Traefik => Abilities { affinity: true, rate_limit: true, source_ranges: true, ..PLAIN },
            Self::Haproxy => {
                Abilities { affinity: true, rate_limit: true, source_ranges: true, idle_timeout: true, ..PLAIN }
            }
            Self::Nginx => nginx,
            Self::AppRoutingNginx => Abilities { cloud: Some(Cloud::Azure), ..nginx },
            Self::ApplicationGateway => Abilities { cloud: Some(Cloud::Azure), needs_networks: true, ..PLAIN },
            Self::Other => PLAIN,
        }
    }

    /// Whether it is one of Google's, which read an annotation instead of `ingressClassName`.
    pub fn google(self) -> bool {
        matches!(self, Self::Gce | Self::GceInternal)
    }
}
