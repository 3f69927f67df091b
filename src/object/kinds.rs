//! Kubernetes' own kinds that can be patched or checked, by their types.

/// Calls a function of one type with the type of an object's kind; gives another value for custom kinds.
macro_rules! by_type {
    ($object:expr, $function:ident($($argument:expr),*), $otherwise:expr) => {{
        use k8s_openapi::api::{apps::v1 as apps, core::v1 as core};
        use k8s_openapi::api::{autoscaling::v2 as autoscaling, networking::v1 as networking};
        use k8s_openapi::api::{policy::v1 as policy, storage::v1 as storage};
        match ($object.api_version.as_str(), $object.kind.as_str()) {
            ("apps/v1", "Deployment") => $function::<apps::Deployment>($($argument),*),
            ("apps/v1", "StatefulSet") => $function::<apps::StatefulSet>($($argument),*),
            ("autoscaling/v2", "HorizontalPodAutoscaler") => {
                $function::<autoscaling::HorizontalPodAutoscaler>($($argument),*)
            }
            ("networking.k8s.io/v1", "Ingress") => $function::<networking::Ingress>($($argument),*),
            ("networking.k8s.io/v1", "NetworkPolicy") => $function::<networking::NetworkPolicy>($($argument),*),
            ("policy/v1", "PodDisruptionBudget") => $function::<policy::PodDisruptionBudget>($($argument),*),
            ("storage.k8s.io/v1", "StorageClass") => $function::<storage::StorageClass>($($argument),*),
            ("v1", "ConfigMap") => $function::<core::ConfigMap>($($argument),*),
            ("v1", "Namespace") => $function::<core::Namespace>($($argument),*),
            ("v1", "PersistentVolumeClaim") => $function::<core::PersistentVolumeClaim>($($argument),*),
            ("v1", "Pod") => $function::<core::Pod>($($argument),*),
            ("batch/v1", "Job") => $function::<k8s_openapi::api::batch::v1::Job>($($argument),*),
            ("v1", "Service") => $function::<core::Service>($($argument),*),
            ("v1", "ServiceAccount") => $function::<core::ServiceAccount>($($argument),*),
            _ => $otherwise,
        }
    }};
}

pub(super) use by_type;
